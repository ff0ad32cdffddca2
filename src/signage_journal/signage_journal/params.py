"""Parameters of the node, each defined once."""

from __future__ import annotations

from dataclasses import dataclass

from signage_common.params import parameter


@dataclass(frozen=True)
class JournalParams:
    """Parameters of journal."""

    url: str = parameter(
        "",
        "A file, or postgresql://USER@HOST/DATABASE; empty for journal/journal.db below $SIGNAGE_HOME.",
    )
    retention_days: int = parameter(400, "For how long records are kept, days; 0 for ever.", 0, 36_500)
    min_free_mb: int = parameter(
        200, "Space beside the file below which /diagnostics warns, MB; it is written to the end.", 0, 1_000_000
    )
