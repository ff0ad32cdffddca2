"""What an evaluation shows on a terminal, progress and tables, and the files that it leaves, JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO, cast

from face_inference.abstention import AbstentionRules
from face_inference.calibration import Calibration
from rich.console import Console
from rich.table import Table
from signage_common.demographics import Gender
from signage_common.errors import ConfigurationError
from signage_common.files import written_whole
from signage_common.progress import ProgressLine

from face_models.evaluation.predictions import Prediction, estimate_demographics
from face_models.labelled.faces import Skipped

_SKIPPED_SHOWN = 20
_KINDS = {"by_decade": "age", "by_gender": "gender", "by_group": "group"}
_COLUMNS = (
    "path", "subject", "group", "gender", "age", "estimation", "said_gender", "confidence",
    "male_probability", "estimated_age", "age_spread", "face_px", "sharpness", "away_deg",
)  # fmt: skip


class ProgressCounter:
    """Shows how many pieces of some work are done: one line on a terminal, rewritten; elsewhere a line now and then."""

    def __init__(self, title: str, total: int, console: Console) -> None:
        self._title, self._total = title, total
        self._is_terminal = console.is_terminal
        self._line = ProgressLine(cast(TextIO, console.file))
        self._first: tuple[int, float] | None = None

    def __enter__(self) -> ProgressCounter:
        return self

    def __exit__(self, *_: object) -> None:
        self._line.clear()

    def show(self, done: int) -> None:
        """Say how many are done."""
        if self._is_terminal:
            self._line.show(f"{self._title} {done}/{self._total}{self._time_left(done)}")
        else:
            self._line.show(f"{self._title}: {done} of {self._total}")

    def keep(self, text: str) -> None:
        """Write a line that stays."""
        self._line.keep(text)

    def _time_left(self, done: int) -> str:
        now_s = time.monotonic()
        self._first = self._first or (done, now_s)
        first_done, first_s = self._first
        if done == first_done:
            return ""
        minutes, seconds = divmod(round((now_s - first_s) / (done - first_done) * (self._total - done)), 60)
        return f", {minutes}:{seconds:02} left"


def print_skipped(skipped: Sequence[Skipped], console: Console) -> None:
    """Print what was left out and why, the first of many."""
    for one in skipped[:_SKIPPED_SHOWN]:
        console.print(f"skipped {one.place}: {one.reason}", highlight=False, markup=False, soft_wrap=True)
    if len(skipped) > _SKIPPED_SHOWN:
        console.print(f"and {len(skipped) - _SKIPPED_SHOWN} more, {len(skipped)} in all; --json lists them")


def make_tables(metrics: Mapping[str, Any]) -> list[Table]:
    """Return the tables: all faces and their parts, how sure is how right, what was taken for what."""
    gender = _parts(metrics, "Gender", ("answered", "gender_accuracy", "gender_accuracy_answered"))
    age = _parts(metrics, "Age", ("age_mae", "age_bias", "decade_exact", "decade_within_one"))
    return [gender, age, _coverage(metrics), _gender_confusion(metrics), _decade_confusion(metrics)]


def comparison_table(old: Mapping[str, Any], new: Mapping[str, Any], names: tuple[str, str]) -> Table:
    """Return the metrics of two networks on the same faces, side by side."""
    table = Table(title=f"The same {old['n']} faces", title_justify="left")
    for column in ("", *names):
        table.add_column(column, justify="right" if column else "left")
    rates = ("gender_accuracy", "gender_accuracy_answered", "decade_exact", "decade_within_one")
    for name in rates:
        table.add_row(name.replace("_", " "), _rate(old, name), _rate(new, name))
    for name in ("age_mae", "age_bias"):
        table.add_row(name.replace("_", " "), _years(old, name), _years(new, name))
    alike = [f"{metrics['age_mae_decades_alike']:.2f}" for metrics in (old, new)]
    table.add_row("age mae, decades alike", *alike)
    table.add_row("calibration error", _number(old["calibration_error"]), _number(new["calibration_error"]))
    return table


def _parts(metrics: Mapping[str, Any], title: str, names: Sequence[str]) -> Table:
    table = Table(title=f"{title}, with 95 % intervals", title_justify="left")
    for column in ("faces", "n", *(_TITLES[name] for name in names)):
        table.add_column(column, justify="left" if column == "faces" else "right", no_wrap=True)
    table.add_row("all", str(metrics["n"]), *(_CELLS[name](metrics, name) for name in names))
    for key, kind in _KINDS.items():
        table.add_section()
        for name, part in metrics[key].items():
            label = f"{name}s" if kind == "age" else name
            table.add_row(label, str(part["n"]), *(_CELLS[one](part, one) for one in names))
    return table


def _coverage(metrics: Mapping[str, Any]) -> Table:
    before, after = (_number(metrics[key]) for key in ("calibration_error_before", "calibration_error"))
    title = f"Gender: calibration error {before} raw, {after} calibrated"
    table = Table(title=title, title_justify="left")
    for column in ("gender said from", "answered", "share of all", "right"):
        table.add_column(column, justify="right")
    for row in metrics["risk_coverage"]:
        right = "-" if row["accuracy"] is None else f"{row['accuracy']:.3f} {_interval(row['interval'], '.3f')}"
        table.add_row(f"{row['confidence']:.2f}", str(row["answered"]), f"{row['coverage']:.3f}", right)
    return table


def _gender_confusion(metrics: Mapping[str, Any]) -> Table:
    confusion = metrics["confusion"]
    rows = zip(confusion["gender_labels"], confusion["gender"], strict=False)
    return _matrix("Gender: labels down, what is said across", confusion["gender_labels"], rows)


def _decade_confusion(metrics: Mapping[str, Any]) -> Table:
    counts = metrics["confusion"]["decade"]
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


def _rate(part: Mapping[str, Any], name: str) -> str:
    value = part[name]
    return "-" if value is None else f"{value:.3f} {_interval(part['intervals'][name], '.3f')}"


def _years(part: Mapping[str, Any], name: str) -> str:
    value = part[name]
    return "-" if value is None else f"{value:.2f} {_interval(part['intervals'][name], '.2f')}"


def _number(value: float | None) -> str:
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
    **dict.fromkeys(_TITLES, _rate),
    "answered": lambda part, name: str(part[name]),
    "age_mae": _years,
    "age_bias": _years,
}


def check_writable(path: Path | None, option: str) -> None:
    """Check, before the work is done, that its result can be written.

    Raises:
        ConfigurationError: it can't.
    """
    if path is None:
        return
    folder = path.absolute().parent
    if path.is_dir() or not folder.is_dir() or not os.access(folder, os.W_OK):
        raise ConfigurationError(f"{option}: {path}: expected a file in a folder that can be written to")


def make_folder(folder: Path, option: str) -> None:
    """Make the folder that results go to, and those that it lies in.

    Raises:
        ConfigurationError: it can't be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(f"{option}: {folder}: expected a folder that can be made, {error.strerror}") from None


def write_text(path: Path, text: str) -> None:
    """Write a file in UTF-8; it is the old one or the whole new one."""
    with written_whole(path) as partial:
        partial.write_text(text, encoding="utf-8")


def write_json(path: Path, document: Mapping[str, Any]) -> None:
    """Write a document as JSON, which has no NaN: that is a ValueError."""
    write_text(path, json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def write_predictions(
    path: Path, predictions: Sequence[Prediction], calibration: Calibration, rules: AbstentionRules
) -> None:
    """Write a CSV file with one line for each image: its label, and what the node would say of it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for prediction in predictions:
        writer.writerow(_csv_line(prediction, calibration, rules))
    write_text(path, text.getvalue())


def _csv_line(prediction: Prediction, calibration: Calibration, rules: AbstentionRules) -> list[str]:
    face, answer = prediction.face, estimate_demographics(prediction, calibration, rules)
    confidence = "" if answer.gender_confidence is None else f"{answer.gender_confidence:.4f}"
    return [
        str(face.path),
        face.subject or "",
        face.group,
        face.gender.name.lower(),
        f"{face.age_years:g}",
        answer.estimation,
        Gender(answer.gender).name.lower(),
        confidence,
        f"{prediction.male_probability:.6f}",
        f"{prediction.age_years:.2f}",
        f"{calibration.age_sigma(prediction.age_years):.2f}",
        f"{prediction.face_px:.0f}",
        f"{prediction.sharpness:.4f}",
        f"{prediction.away_deg:.1f}",
    ]
