"""The figures of an evaluation as tables for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rich.table import Table

_KINDS = {"by_decade": "age", "by_gender": "gender", "by_group": "group"}


def make_tables(figures: Mapping[str, Any]) -> list[Table]:
    """Return the tables: all faces and their parts, how sure is how right, what was taken for what."""
    gender = _parts(figures, "Gender", ("answered", "gender_accuracy", "gender_accuracy_answered"))
    age = _parts(figures, "Age", ("age_mae", "age_bias", "decade_exact", "decade_within_one"))
    return [gender, age, _coverage(figures), _gender_confusion(figures), _decade_confusion(figures)]


def compare(old: Mapping[str, Any], new: Mapping[str, Any], names: tuple[str, str]) -> Table:
    """Return two evaluations of the same faces side by side."""
    table = Table(title=f"The same {old['n']} faces", title_justify="left")
    for column in ("", *names):
        table.add_column(column, justify="right" if column else "left")
    rates = ("gender_accuracy", "gender_accuracy_answered", "decade_exact", "decade_within_one")
    for name in rates:
        table.add_row(name.replace("_", " "), rate(old, name), rate(new, name))
    for name in ("age_mae", "age_bias"):
        table.add_row(name.replace("_", " "), years(old, name), years(new, name))
    alike = [f"{figures['age_mae_decades_alike']:.2f}" for figures in (old, new)]
    table.add_row("age mae, decades alike", *alike)
    table.add_row("calibration error", number(old["calibration_error"]), number(new["calibration_error"]))
    return table


def _parts(figures: Mapping[str, Any], title: str, names: Sequence[str]) -> Table:
    table = Table(title=f"{title}, with 95 % intervals", title_justify="left")
    for column in ("faces", "n", *(_TITLES[name] for name in names)):
        table.add_column(column, justify="left" if column == "faces" else "right", no_wrap=True)
    table.add_row("all", str(figures["n"]), *(_CELLS[name](figures, name) for name in names))
    for key, kind in _KINDS.items():
        table.add_section()
        for name, part in figures[key].items():
            label = f"{name}s" if kind == "age" else name
            table.add_row(label, str(part["n"]), *(_CELLS[one](part, one) for one in names))
    return table


def _coverage(figures: Mapping[str, Any]) -> Table:
    before, after = (number(figures[key]) for key in ("calibration_error_before", "calibration_error"))
    title = f"Gender: calibration error {before} raw, {after} calibrated"
    table = Table(title=title, title_justify="left")
    for column in ("gender said from", "answered", "share of all", "right"):
        table.add_column(column, justify="right")
    for row in figures["risk_coverage"]:
        right = "-" if row["accuracy"] is None else f"{row['accuracy']:.3f} {_interval(row['interval'], '.3f')}"
        table.add_row(f"{row['confidence']:.2f}", str(row["answered"]), f"{row['coverage']:.3f}", right)
    return table


def _gender_confusion(figures: Mapping[str, Any]) -> Table:
    confusion = figures["confusion"]
    rows = zip(confusion["gender_labels"], confusion["gender"], strict=False)
    return _matrix("Gender: labels down, what is said across", confusion["gender_labels"], rows)


def _decade_confusion(figures: Mapping[str, Any]) -> Table:
    counts = figures["confusion"]["decade"]
    names = [str(10 * one) for one in range(len(counts))]
    rows = ((name, row) for name, row in zip(names, counts, strict=True) if any(row))
    return _matrix("Decade: labels down, estimates across", names, rows)


def _matrix(title: str, columns: Sequence[str], rows: Any) -> Table:
    table = Table(title=title, title_justify="left")
    for column in ("", *columns):
        table.add_column(column, justify="right")
    for name, counts in rows:
        table.add_row(name, *(str(count) if count else "." for count in counts))
    return table


def rate(part: Mapping[str, Any], name: str) -> str:
    """Return a rate with its interval."""
    value = part[name]
    return "-" if value is None else f"{value:.3f} {_interval(part['intervals'][name], '.3f')}"


def years(part: Mapping[str, Any], name: str) -> str:
    """Return a mean error in years with its interval."""
    value = part[name]
    return "-" if value is None else f"{value:.2f} {_interval(part['intervals'][name], '.2f')}"


def number(value: float | None) -> str:
    """Return a number, or a dash for none."""
    return "-" if value is None else f"{value:.4f}"


def _interval(interval: Sequence[float] | None, form: str) -> str:
    return "" if interval is None else f"[{interval[0]:{form}}, {interval[1]:{form}}]"


_TITLES = {
    "answered": "answered",
    "gender_accuracy": "right",
    "gender_accuracy_answered": "right where answered",
    "age_mae": "mean error",
    "age_bias": "bias",
    "decade_exact": "decade right",
    "decade_within_one": "within one",
}
_CELLS: dict[str, Callable[[Mapping[str, Any], str], str]] = {
    **dict.fromkeys(_TITLES, rate),
    "answered": lambda part, name: str(part[name]),
    "age_mae": years,
    "age_bias": years,
}
