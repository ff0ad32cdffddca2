"""A report as one page of HTML to show to a client: no script, nothing to load, and it prints well."""

from __future__ import annotations

import base64
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from sqlalchemy import Connection

from signage_report import charts
from signage_report.charts import Draw
from signage_report.formats import WITHHELD, cell, texts
from signage_report.period import Period
from signage_report.report import Report, read_reports

SECTIONS = ("campaign", "creative", "hour", "day", "segment", "screen")
"""What the page has a table of; each by itself."""
_TITLES: Mapping[str, str] = {
    "campaign": "Campaigns",
    "creative": "Creatives",
    "hour": "Hours of the day",
    "day": "Days",
    "segment": "Audience segments",
    "screen": "Screens",
}
_COLUMNS: Mapping[str, str] = {
    "plays": "Plays",
    "completed": "Completed",
    "interrupted": "Interrupted",
    "failed": "Failed",
    "shown_s": "Shown",
    "share_of_voice": "Share of voice",
    "watchers": "Watchers",
    "in_sight": "In sight",
    "still_faces": "Still faces",
    "dwell_mean_s": "Dwell, mean s",
    "dwell_median_s": "Dwell, median s",
    "attention_mean_s": "Attention, mean s",
    "latency_p50_ms": "Latency p50, ms",
    "latency_p95_ms": "p95, ms",
}
Reports = Mapping[tuple[str, ...], Report]
"""Reports of one period by their dimensions."""
_WIDE, _HALF = (9.6, 3.1), (4.9, 3.4)


@dataclass(frozen=True)
class Tile:
    """One of the figures at the top.

    Attributes:
        value: the figure.
        name: what it is.
        detail: more about it; may be empty.
    """

    value: str
    name: str
    detail: str = ""


@dataclass(frozen=True)
class Picture:
    """A drawing with its title.

    Attributes:
        title: what it shows.
        source: the whole SVG as an address.
        is_wide: whether it takes the whole width.
    """

    title: str
    source: str
    is_wide: bool


@dataclass(frozen=True)
class Section:
    """A table with its title.

    Attributes:
        title: what it is by.
        heads: names of its columns; the first ``labels`` are groups, the others figures.
        rows: its cells.
        labels: how many columns are groups.
        rest: how many more rows there are than the page shows.
    """

    title: str
    heads: list[str]
    rows: list[list[str]]
    labels: int
    rest: int = 0


MOST_ROWS = 200
"""How many rows of a table the page shows."""


def read_all(connections: Sequence[Connection], period: Period, by: Sequence[str]) -> Reports:
    """Return what a page or picture needs: a report by each of ``SECTIONS``, and the one that was asked for.

    Args:
        connections: as of ``read_reports``.
        period: from when to when.
        by: the dimensions that were asked for.
    """
    bys = list(dict.fromkeys([*((name,) for name in SECTIONS), tuple(by)]))
    threading.Thread(target=charts.load_matplotlib, name="matplotlib").start()  # while the database counts
    return dict(zip(bys, read_reports(connections, period, bys), strict=True))


def as_html(reports: Reports, title: str) -> str:
    """Write a page.

    Args:
        reports: as ``read_all`` gives them.
        title: the page's.
    """
    any_report = reports[("hour",)]
    environment = Environment(
        loader=PackageLoader("signage_report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("report.html.j2").render(
        title=title,
        period=any_report.period,
        is_empty=not any_report.rows,
        tiles=_tiles(any_report),
        pictures=[Picture(name, _address(draw, wide), wide) for name, (draw, wide) in _drawings(reports).items()],
        sections=[_section(report) for report in reports.values() if report.by],
        withheld=WITHHELD,
        is_withheld=any(report.suppressed for report in reports.values()),
    )


def write_picture(path: Path, reports: Reports) -> None:
    """Write the page's drawings as one PNG.

    Raises:
        OSError: the file can't be written.
    """
    charts.write_png(path, _drawings(reports))


def _drawings(reports: Reports) -> dict[str, tuple[Draw, bool]]:
    """Return the drawings by their titles, each with whether it takes the whole width."""
    hour, day = reports[("hour",)], reports[("day",)]
    drawings = {"Who watched, by hour": (charts.hours(hour), True)}
    if len(day.rows) > 1:
        drawings["Who watched, by day"] = (charts.days(day), True)
    return drawings | {
        "Share of voice by campaign": (charts.voices(reports[("campaign",)]), False),
        "Watchers by age and gender": (charts.segments(reports[("segment",)]), False),
        "How long they stayed and looked": (charts.durations(hour), True),
    }


def _address(draw: Draw, is_wide: bool) -> str:
    data = base64.b64encode(charts.svg(draw, _WIDE if is_wide else _HALF).encode()).decode()
    return f"data:image/svg+xml;base64,{data}"


def _tiles(report: Report) -> list[Tile]:
    """Return the key figures of the whole period."""

    def of_all(name: str, unit: str = "") -> str:
        text = cell(report.total, name)
        return f"{text} {unit}".strip() if text else "–"

    ends = f"{of_all('completed')} completed, {of_all('interrupted')} interrupted"
    return [
        Tile(of_all("watchers"), "watchers", "people who looked at the screen"),
        Tile(of_all("in_sight"), "in sight", "people who did not look"),
        Tile(of_all("attention_mean_s", "s"), "attention", f"of {of_all('dwell_mean_s', 's')} in sight, on average"),
        Tile(of_all("plays"), "plays", ends),
        Tile(of_all("shown_s"), "shown", "on all screens"),
        Tile(of_all("latency_p50_ms", "ms"), "to answer", f"half of the time; {of_all('latency_p95_ms', 'ms')} at p95"),
    ]


def _section(report: Report) -> Section:
    names = [name for name in _COLUMNS if any(getattr(row.figures, name) or name in row.hidden for row in report.rows)]
    title = _TITLES[report.by[0]] if len(report.by) == 1 else "By " + ", ".join(report.by)
    heads = [*(name.capitalize() for name in report.by), *(_COLUMNS[name] for name in names)]
    rows = texts(report, names)
    return Section(title, heads, rows[:MOST_ROWS], len(report.by), max(0, len(rows) - MOST_ROWS))
