"""What the generators of pages share: where things are, blocks between markers, tables; it finds the packages."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
BAR = "\\|"
sys.path[:0] = [str(path.parent) for path in (ROOT / "src").glob("*/package.xml")]


def written_by(generator: str) -> str:
    """Return the first line of a page that a generator writes whole."""
    return f"<!-- Written by docs/generators/{generator}; run docs/generators/write_all.py after a change. -->"


def markdown_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table of Markdown; a bar within a cell is escaped."""
    lines = [_line(columns), "|---" * len(columns) + "|", *map(_line, rows)]
    return "\n".join(lines)


def _line(cells: Sequence[object]) -> str:
    return f"| {' | '.join(str(cell).replace('|', BAR) for cell in cells)} |"


def replace_between(text: str, name: str, content: str) -> str:
    """Return the page with new content between ``<!-- name -->`` and ``<!-- /name -->``.

    Raises:
        ValueError: the page does not hold both markers, once each and in this order.
    """
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    if text.count(start) != 1 or text.count(end) != 1 or text.index(start) > text.index(end):
        raise ValueError(f"expected {start} and then {end} once each in the page")
    head, rest = text.split(start)
    _, tail = rest.split(end)
    return f"{head}{start}\n{content}\n{end}{tail}"


def between(text: str, name: str) -> str:
    """Return what stands between the markers now."""
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    return text.split(start)[1].split(end)[0].strip()
