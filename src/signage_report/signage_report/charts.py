"""Draw a report: the hours of a day, campaigns, who watched, and for how long; as SVG for a page, as one PNG."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from signage_common.demographics import UNKNOWN, Decade, Gender, parse_estimation
from signage_common.histogram import EDGES_S

from signage_report.formats import WITHHELD, label
from signage_report.report import Report, Row

LOOKED, PASSED, INK, GRID = "#0f6f78", "#b9c7cd", "#22313a", "#dfe5e8"
_WOMEN, _MEN = "#8a4f9e", "#2f6fb0"
_MOST_BARS = 12
_DOTS_PER_INCH = 150
_SCRIPTS = (
    "DejaVu Sans",
    "Noto Sans CJK KR",
    "Noto Sans CJK JP",
    "NanumGothic",
    "WenQuanYi Zen Hei",
    "Noto Sans Arabic",
)
"""Fonts that are taken where they are installed, for names in other scripts."""

Draw = Callable[[Any], None]


def hours(report: Report) -> Draw:
    """Return a drawing of the watchers and the people in sight, by hour."""

    def draw(axes: Any) -> None:
        _stack(axes, report.rows, [label("hour", row.key[0])[:2] for row in report.rows])
        axes.set_xlabel("hour of the day")

    return draw


def days(report: Report) -> Draw:
    """Return a drawing of the watchers and the people in sight, by day."""

    def draw(axes: Any) -> None:
        _stack(axes, report.rows, [str(row.key[0])[5:] for row in report.rows])
        step = max(1, len(report.rows) // _MOST_BARS)
        axes.set_xticks(range(0, len(report.rows), step))

    return draw


def _stack(axes: Any, rows: Sequence[Row], names: Sequence[str]) -> None:
    places = range(len(rows))
    looked = [row.figures.watchers or 0 for row in rows]
    passed = [row.figures.in_sight or 0 for row in rows]
    axes.bar(places, looked, color=LOOKED, label="watchers")
    axes.bar(places, passed, bottom=looked, color=PASSED, label="in sight")
    for place, row in zip(places, rows, strict=True):
        if "watchers" in row.hidden or "in_sight" in row.hidden:
            height = looked[place] + passed[place]
            axes.annotate(WITHHELD, (place, height), (0, 2), textcoords="offset points", ha="center", color=INK)
    axes.set_xticks(places, names)
    axes.set_ylabel("people")
    axes.legend(loc="upper left", frameon=False, ncols=2)
    _tidy(axes, "y")


def voices(report: Report) -> Draw:
    """Return a drawing of the share of voice by campaign, the largest first."""

    def draw(axes: Any) -> None:
        aimed = [row for row in report.rows if row.key[0]]
        rows = sorted(aimed, key=lambda row: -(row.figures.share_of_voice or 0))[:_MOST_BARS]
        shares = [100 * (row.figures.share_of_voice or 0) for row in rows]
        bars = axes.barh(range(len(rows)), shares, color=LOOKED)
        axes.bar_label(bars, [f"{share:.1f} %" for share in shares], padding=4, color=INK)
        axes.set_yticks(range(len(rows)), [_short(label(report.by[0], row.key[0])) for row in rows])
        axes.invert_yaxis()
        axes.set_xlim(0, max([*shares, 0.1]) * 1.2)
        axes.set_xlabel("% of the time shown" + _of_house(report))
        _tidy(axes, "x")

    return draw


def _of_house(report: Report) -> str:
    shares = [row.figures.share_of_voice for row in report.rows if not row.key[0] and row.figures.share_of_voice]
    return f"; the house playlist has {shares[0]:.1%}" if shares else ""


def segments(report: Report) -> Draw:
    """Return a drawing of the watchers by age and gender of the leading face, women to the left, men to the right."""

    def draw(axes: Any) -> None:
        rows = {_gender_and_decade(row.key[0]): row for row in report.rows}
        rows.pop(_gender_and_decade(UNKNOWN), None)
        decades = sorted({decade for _, decade in rows})
        for side, gender, colour, name in ((-1, Gender.FEMALE, _WOMEN, "women"), (1, Gender.MALE, _MEN, "men")):
            told = [rows.get((gender, decade)) for decade in decades]
            counts = [side * (row.figures.watchers or 0) if row else 0 for row in told]
            axes.barh(range(len(decades)), counts, color=colour, label=name)
            _mark_sides(axes, counts, told, side)
        axes.axvline(0, color="white", linewidth=1.5)
        axes.set_yticks(range(len(decades)), [f"{decade.first_year} to {decade.first_year + 9}" for decade in decades])
        _even_sides(axes)
        axes.legend(loc="upper right", frameon=False)
        axes.set_ylim(-0.6, len(decades) + 0.4)
        axes.set_xlabel("watchers" + _of_unknown(report))
        _tidy(axes, "x")

    return draw


def _gender_and_decade(segment: str) -> tuple[Gender, Decade]:
    try:
        return parse_estimation(segment)
    except ValueError:  # of another program's making
        return parse_estimation(UNKNOWN)


def _mark_sides(axes: Any, counts: Sequence[int], rows: Sequence[Row | None], side: int) -> None:
    for place, (count, row) in enumerate(zip(counts, rows, strict=True)):
        text = "" if row is None else WITHHELD if "watchers" in row.hidden else f"{abs(count):,}"
        axes.annotate(
            text,
            (count, place),
            (4 * side, 0),
            textcoords="offset points",
            va="center",
            ha="left" if side > 0 else "right",
            color=INK,
        )


def _even_sides(axes: Any) -> None:
    most = max(map(abs, axes.get_xlim())) * 1.25
    axes.set_xlim(-most, most)
    axes.xaxis.set_major_formatter(lambda value, _: f"{abs(value):,.0f}")


def _of_unknown(report: Report) -> str:
    unknown = [row.figures.watchers for row in report.rows if row.key[0] == UNKNOWN and row.figures.watchers]
    return f"; {unknown[0]:,} more of unknown age or gender" if unknown else ""


def durations(report: Report) -> Draw:
    """Return a drawing of how long watchers stayed and looked, by class."""

    def draw(axes: Any) -> None:
        starts = (0, *EDGES_S)
        names = [*(f"{start:g}–{end:g}" for start, end in zip(starts, EDGES_S, strict=False)), f"≥ {EDGES_S[-1]:g}"]
        series = (("in sight (dwell)", report.dwell, PASSED), ("looking (attention)", report.attention, LOOKED))
        for number, (name, counts, colour) in enumerate(series):
            places = [place + (number - 0.5) * 0.4 for place in range(len(names))]
            axes.bar(places, [count or 0 for count in counts], 0.4, color=colour, label=name)
            for place, count in zip(places, counts, strict=True):
                if count is None:
                    axes.annotate(WITHHELD, (place, 0), (0, 2), textcoords="offset points", ha="center", color=INK)
        axes.set_xticks(range(len(names)), names)
        axes.set(xlabel="seconds", ylabel="watchers")
        axes.legend(loc="upper right", frameon=False)
        _tidy(axes, "y")

    return draw


def svg(draw: Draw, inches: tuple[float, float]) -> str:
    """Return a drawing as SVG without scripts or links; its texts are texts, in whatever fonts the reader has."""
    out = io.StringIO()
    with _figure(inches, "svg") as figure:
        draw(figure.subplots())
        figure.savefig(out, format="svg", metadata=dict.fromkeys(("Creator", "Date", "Format", "Type")))
    return out.getvalue()


def write_png(path: Path, drawings: Mapping[str, tuple[Draw, bool]]) -> None:
    """Write drawings as one picture.

    Args:
        path: where to.
        drawings: by title, each with whether it takes the whole width; two others share a row.
    """
    rows: list[list[str]] = []
    for title, (_, is_wide) in drawings.items():
        if not is_wide and rows and rows[-1][0] == rows[-1][1] and not drawings[rows[-1][0]][1]:
            rows[-1][1] = title
        else:
            rows.append([title, title])
    with _figure((13.0, 3.8 * len(rows)), "agg") as figure:
        for title, axes in figure.subplot_mosaic(rows).items():
            drawings[title][0](axes)
            axes.set_title(title, loc="left", fontweight="bold", pad=10)
        figure.savefig(path, format="png", dpi=_DOTS_PER_INCH, metadata={"Software": None})


def load_matplotlib() -> None:
    """Load what draws, which takes a third of a second; whoever draws meanwhile waits for it."""
    import matplotlib.pyplot  # noqa: F401  for its effect


@contextmanager
def _figure(inches: tuple[float, float], backend: str) -> Iterator[Any]:
    """Give an empty figure; names are drawn as they are, whatever is in them."""
    import warnings

    import matplotlib
    from matplotlib import font_manager, pyplot

    matplotlib.use(backend)
    installed = set(font_manager.get_font_names())
    settings = {
        "font.family": [name for name in _SCRIPTS if name in installed],
        "text.parse_math": False,
        "svg.fonttype": "none",
        "svg.hashsalt": "report",
        "axes.edgecolor": GRID,
        **dict.fromkeys(("text.color", "axes.labelcolor", "xtick.color", "ytick.color"), INK),
    }
    with matplotlib.rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # the reader of an SVG may have it
        figure = pyplot.figure(figsize=inches, layout="constrained")
        try:
            yield figure
        finally:
            pyplot.close(figure)


def _tidy(axes: Any, grid: str) -> None:
    axes.grid(axis=grid, color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(side == "bottom" and grid == "y")


def _short(text: str, most: int = 28) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
