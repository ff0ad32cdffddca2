"""A report as a table for a terminal, as CSV and as JSON."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from signage_report.figures import Figures
from signage_report.report import Report, Row

HOUSE, NOBODY = "(house playlist)", "(nobody)"
"""What the empty campaign and the empty segment are called for people."""
WITHHELD = "×"
"""What stands for a figure that is withheld, as statistical offices write it."""
FIELDS = tuple(field.name for field in dataclasses.fields(Figures))
_HEADS: Mapping[str, str] = {
    "plays": "plays",
    "completed": "com-\npleted",
    "interrupted": "inter-\nrupted",
    "failed": "failed",
    "shown_s": "shown",
    "share_of_voice": "share\nof voice",
    "watchers": "watchers",
    "in_sight": "in\nsight",
    "still_faces": "still\nfaces",
    "dwell_mean_s": "dwell\nmean s",
    "dwell_median_s": "dwell\nmedian s",
    "attention_mean_s": "attention\nmean s",
    "latency_p50_ms": "latency\np50 ms",
    "latency_p95_ms": "latency\np95 ms",
}
_RISKY = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a text for a formula."""


def as_json(report: Report) -> str:
    """Write a report as JSON: ``from``, ``to``, ``by``, ``rows`` and ``suppressed``; None is null."""
    document = {
        "from": report.period.start.isoformat(),
        "to": report.period.end.isoformat(),
        "by": list(report.by),
        "rows": [_record(report, row) for row in report.rows],
        "suppressed": report.suppressed,
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def as_csv(report: Report) -> str:
    """Write a report as CSV with the fields of the JSON's rows; None is empty, and no text begins like a formula."""
    lines = io.StringIO(newline="")
    writer = csv.DictWriter(lines, [*report.by, *FIELDS], lineterminator="\n")
    writer.writeheader()
    for row in report.rows:
        writer.writerow({name: _harmless(value) for name, value in _record(report, row).items()})
    return lines.getvalue()


def as_table(report: Report) -> RenderableType:
    """Return a report for a terminal: the rows, their total, and what to know about them."""
    table = Table(box=box.SIMPLE_HEAD, show_footer=bool(report.by), pad_edge=False)
    total = cells(report.total)
    for place, name in enumerate(report.by):
        table.add_column(name, footer="total" if place == 0 else "", overflow="fold")
    for name, footer in zip(FIELDS, total, strict=True):
        table.add_column(_HEADS[name], justify="right", footer=footer)
    for row in report.rows:
        table.add_row(*(Text(label(*pair)) for pair in zip(report.by, row.key, strict=True)), *cells(row))
    return Group(Text(str(report.period)), table, Text(notes(report)))


def table_text(report: Report, width: int) -> str:
    """Write a report as the text of a table."""
    lines = io.StringIO()
    Console(file=lines, width=width).print(as_table(report))
    return lines.getvalue()


def notes(report: Report) -> str:
    """Return what a reader of the table must know, in sentences."""
    said = []
    if not report.rows:
        people = report.total.figures.watchers, report.total.figures.in_sight
        is_nobody = people == (0, 0)  # None for what is withheld
        said.append(f"There were no plays{' and nobody' if is_nobody else ''} in this period.")
    if {"creative", "campaign", "screen"} & set(report.by):
        said.append("People who saw several of these are counted in each of them, and once in the total.")
    if report.suppressed or report.total.hidden:
        said.append(f"{WITHHELD} withheld: it would tell of fewer than five people, or help to find out.")
    return " ".join(said)


def label(dimension: str, value: Any) -> str:
    """Return what a group is called for people."""
    if value == "":
        return {"campaign": HOUSE, "segment": NOBODY}.get(dimension, "")
    return f"{value:02d}:00" if dimension == "hour" else str(value)


def cells(row: Row) -> list[str]:
    """Return the figures of a row for people, in the order of ``FIELDS``."""
    return [cell(row, name) for name in FIELDS]


def cell(row: Row, name: str) -> str:
    """Return one figure of a row for people; nothing where there is none."""
    value = getattr(row.figures, name)
    if value is None:
        return WITHHELD if name in row.hidden else ""
    if name == "shown_s":
        return duration(value)
    return f"{value:.1%}" if name == "share_of_voice" else f"{value:,}"


def duration(seconds: float) -> str:
    """Write a time shown as hours and minutes, or as seconds where it is short."""
    minutes = round(seconds / 60)
    return f"{seconds:.0f} s" if seconds < 60 else f"{minutes // 60:,}:{minutes % 60:02d} h"


def _record(report: Report, row: Row) -> dict[str, Any]:
    return dict(zip(report.by, row.key, strict=True)) | dataclasses.asdict(row.figures)


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_RISKY) else value


def texts(report: Report, names: Sequence[str]) -> list[list[str]]:
    """Return the table for people: of each row its labels, and the figures of these names."""
    return [
        [*(label(*pair) for pair in zip(report.by, row.key, strict=True)), *(cell(row, name) for name in names)]
        for row in report.rows
    ]
