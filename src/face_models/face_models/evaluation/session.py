"""One evaluation from folder to figures: what ``./signage evaluate`` does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from face_inference.abstention import AbstentionRules
from face_inference.calibration import Calibration, calibration_of_model
from face_inference.networks.location import locate
from rich.console import Console
from signage_common.errors import ConfigurationError

from face_models.evaluation import files
from face_models.evaluation.answers import Answer, Table, tabulate
from face_models.evaluation.asking import make_asker
from face_models.evaluation.figures import measure
from face_models.evaluation.fitting import fit, with_source
from face_models.evaluation.plots import write_plots
from face_models.evaluation.progress import showing_progress
from face_models.evaluation.tables import make_tables
from face_models.labelled.balance import balance
from face_models.labelled.faces import LabelledSet, Skipped
from face_models.labelled.finding import Finder, make_finder
from face_models.labelled.layouts import Reading, read_labelled

SKIPPED_SHOWN = 20


@dataclass(frozen=True)
class Options:
    """What is asked for.

    Attributes:
        folder: the labelled faces.
        models_dir: the folder of the networks.
        model: name of the network in it, or the beginning of the paths of its files.
        reading: how the folder is read.
        detect: whether a face is looked for first; None: as its layout needs.
        most_per_cell: faces of each decade and gender at most; None: all.
        rules: when the system abstains.
        json: where the figures go.
        csv: where the answers go.
        plots: folder of the plots.
        calibrate: whether a calibration is fitted and written beside the network.
        source: what the faces are called in the calibration.
        date: the day that is noted in it.
    """

    folder: Path
    models_dir: Path
    model: str = "age-gender"
    reading: Reading = field(default_factory=Reading)
    detect: bool | None = None
    most_per_cell: int | None = None
    rules: AbstentionRules = field(default_factory=AbstentionRules)
    json: Path | None = None
    csv: Path | None = None
    plots: Path | None = None
    calibrate: bool = False
    source: str = ""
    date: str = ""


def evaluate(options: Options, console: Console) -> dict[str, Any]:
    """Evaluate, show the figures, write the files; return the figures.

    Raises:
        ConfigurationError: the folder, the network or a file to be written is not as expected.
    """
    files.check_file(options.json, "--json")
    files.check_file(options.csv, "--csv")
    labelled = read_labelled(options.folder, options.reading)
    chosen = labelled.faces if options.most_per_cell is None else balance(labelled.faces, options.most_per_cell)
    finder = make_finder(labelled.is_cropped, options.detect, options.models_dir)
    asker = make_asker(options.models_dir, options.model, finder)
    with showing_progress("asking the network", len(chosen), console) as progress:
        result = asker.ask(chosen, progress)
    skipped = [*labelled.skipped, *result.skipped]
    if not result.answers:
        show_skipped(skipped, console)
        raise ConfigurationError(f"{options.folder}: expected images of faces, got {len(skipped)} that can't be used")
    table, calibration = _calibrated(options, result.answers, console)
    figures = {**describe(options, labelled, finder, skipped), **measure(table)}
    for one in make_tables(figures):
        console.print(one)
    show_skipped(skipped, console)
    _write(options, figures, result.answers, calibration, table, console)
    return figures


def describe(options: Options, labelled: LabelledSet, finder: Finder, skipped: Sequence[Skipped]) -> dict[str, Any]:
    """Return what an evaluation was made of."""
    return {
        "folder": str(options.folder),
        "layout": labelled.layout,
        "model": options.model,
        "min_confidence": options.rules.min_confidence,
        "detected": finder.detector is not None,
        "skipped": len(skipped),
        "skipped_files": [f"{one.place}: {one.reason}" for one in skipped],
    }


def show_skipped(skipped: Sequence[Skipped], console: Console) -> None:
    """Say what was left out."""
    for one in skipped[:SKIPPED_SHOWN]:
        console.print(f"skipped {one.place}: {one.reason}", highlight=False, markup=False, soft_wrap=True)
    if len(skipped) > SKIPPED_SHOWN:
        console.print(f"and {len(skipped) - SKIPPED_SHOWN} more, {len(skipped)} in all; --json lists them")


def _calibrated(options: Options, answers: Sequence[Answer], console: Console) -> tuple[Table, Calibration]:
    """Return the answers as the calibration reads them, which is fitted and written first if that was asked for."""
    calibration = calibration_of_model(options.models_dir, options.model)
    if options.calibrate:
        raw = tabulate(answers, Calibration(), options.rules)
        calibration = with_source(fit(raw), options.source or options.folder.name, options.date)
        folder, name = locate(options.models_dir, options.model)
        path = folder / f"{name}-calibration.json"
        files.write_json(path, calibration.to_document())
        console.print(f"calibration by {calibration.about['kind']}: {path}", highlight=False, soft_wrap=True)
    return tabulate(answers, calibration, options.rules), calibration


def _write(
    options: Options,
    figures: dict[str, Any],
    answers: Sequence[Answer],
    calibration: Calibration,
    table: Table,
    console: Console,
) -> None:
    written: list[Path] = []
    if options.json is not None:
        files.write_json(options.json, figures)
        written.append(options.json)
    if options.csv is not None:
        files.write_answers(options.csv, answers, calibration, options.rules)
        written.append(options.csv)
    if options.plots is not None:
        written += write_plots(table, options.plots)
    for path in written:
        console.print(f"wrote {path}", highlight=False, markup=False, soft_wrap=True)
