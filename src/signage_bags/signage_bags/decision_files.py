"""The JSON of decisions: written the same to the byte every time, and read to compare with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from signage_common.errors import ConfigurationError
from signage_common.files import read_file, written_whole

from signage_bags.comparison import Difference
from signage_bags.decisions import ROW, Decision, Outcome

_EXPECTED = "expected a bag, or what `./signage decide --json` wrote"
_MOST_BYTES = 256 * 2**20


def decisions_text(decisions: Sequence[Decision], differences: Sequence[Difference]) -> str:
    """Return the document: no clock, path or machine is in it."""
    document = {
        "decisions": [decision.row() for decision in decisions],
        "differences": [difference.row() for difference in differences],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def write_decisions(path: Path, decisions: Sequence[Decision], differences: Sequence[Difference]) -> None:
    """Write the document.

    Raises:
        OSError: it can't be written; what was there stays.
    """
    with written_whole(path) as partial:
        partial.write_text(decisions_text(decisions, differences), encoding="utf-8")


def read_decisions(path: Path) -> Outcome:
    """Return the decisions of a document.

    Raises:
        ConfigurationError: it is none.
    """
    try:
        rows = json.loads(read_file(path, _MOST_BYTES))["decisions"]
        return Outcome([_decision_of(row) for row in rows])
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}; {_EXPECTED}") from None
    except (ValueError, TypeError, KeyError, RecursionError):
        raise ConfigurationError(f"{path}: {_EXPECTED}") from None


def _decision_of(row: dict[str, object]) -> Decision:
    values = {name: row[name] for name in ROW}
    if not all(isinstance(value, int if name == "stamp_ns" else str) for name, value in values.items()):
        raise ValueError("a value of another type")
    return Decision(**values)  # type: ignore[arg-type]  # just checked
