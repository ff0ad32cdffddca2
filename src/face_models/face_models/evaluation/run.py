"""One evaluation from folder to metrics: what ``./signage evaluate`` does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from face_inference.abstention import AbstentionRules
from face_inference.calibration import Calibration, calibration_of_model
from face_inference.networks.model_files import locate_model
from rich.console import Console
from signage_common.errors import ConfigurationError

from face_models.evaluation.calibration_fitting import fit_calibration, with_source
from face_models.evaluation.metrics import compute_metrics
from face_models.evaluation.plots import write_plots
from face_models.evaluation.predictions import Prediction, PredictionTable, load_predictor, tabulate
from face_models.evaluation.reports import (
    ProgressCounter,
    check_writable,
    make_tables,
    print_skipped,
    write_json,
    write_predictions,
)
from face_models.labelled.faces import LabelledSet, Skipped
from face_models.labelled.images import FaceFinder, make_face_finder
from face_models.labelled.layouts import LayoutOptions, read_labelled
from face_models.labelled.sampling import balance


@dataclass(frozen=True)
class EvaluationOptions:
    """What is asked for.

    Attributes:
        folder: the labelled faces.
        models_dir: the folder of the networks.
        model: name of the network in it, or the beginning of the paths of its files.
        layout: how the folder is read.
        detect: whether a face is looked for first; None: as its layout needs.
        most_per_stratum: faces of each decade and gender at most; None: all.
        rules: when the system abstains.
        json: where the metrics go.
        csv: where the predictions go.
        plots: folder of the plots.
        calibrate: whether a calibration is fitted and written beside the network.
        source: what the faces are called in the calibration.
        date: the day that is noted in it.
    """

    folder: Path
    models_dir: Path
    model: str = "age-gender"
    layout: LayoutOptions = field(default_factory=LayoutOptions)
    detect: bool | None = None
    most_per_stratum: int | None = None
    rules: AbstentionRules = field(default_factory=AbstentionRules)
    json: Path | None = None
    csv: Path | None = None
    plots: Path | None = None
    calibrate: bool = False
    source: str = ""
    date: str = ""


def evaluate(options: EvaluationOptions, console: Console) -> dict[str, Any]:
    """Evaluate, show the metrics, write the files; return the metrics.

    Raises:
        ConfigurationError: the folder, the network or a file to be written is not as expected.
    """
    check_writable(options.json, "--json")
    check_writable(options.csv, "--csv")
    labelled = read_labelled(options.folder, options.layout)
    faces = labelled.faces
    if options.most_per_stratum is not None:
        faces = balance(faces, options.most_per_stratum)
    finder = make_face_finder(labelled.is_cropped, options.detect, options.models_dir)
    predictor = load_predictor(options.models_dir, options.model, finder)
    with ProgressCounter("asking the network", len(faces), console) as progress:
        predictions, unusable = predictor.predict(faces, progress.show)
    skipped = [*labelled.skipped, *unusable]
    if not predictions:
        print_skipped(skipped, console)
        raise ConfigurationError(f"{options.folder}: expected images of faces, got {len(skipped)} that can't be used")
    table, calibration = _calibrate(options, predictions, console)
    metrics = {**_describe(options, labelled, finder, skipped), **compute_metrics(table)}
    for one in make_tables(metrics):
        console.print(one)
    print_skipped(skipped, console)
    if options.json is not None:
        write_json(options.json, metrics)
    if options.csv is not None:
        write_predictions(options.csv, predictions, calibration, options.rules)
    plots = write_plots(table, options.plots) if options.plots is not None else []
    for path in (options.json, options.csv, *plots):
        if path is not None:
            console.print(f"wrote {path}", highlight=False, markup=False, soft_wrap=True)
    return metrics


def _calibrate(
    options: EvaluationOptions, predictions: Sequence[Prediction], console: Console
) -> tuple[PredictionTable, Calibration]:
    """Return the predictions with their calibration, which is fitted and written first if that was asked for."""
    calibration = calibration_of_model(options.models_dir, options.model)
    if options.calibrate:
        raw = tabulate(predictions, Calibration(), options.rules)
        calibration = with_source(fit_calibration(raw), options.source or options.folder.name, options.date)
        folder, name = locate_model(options.models_dir, options.model)
        path = folder / f"{name}-calibration.json"
        write_json(path, calibration.to_document())
        console.print(f"calibration by {calibration.about['kind']}: {path}", highlight=False, soft_wrap=True)
    return tabulate(predictions, calibration, options.rules), calibration


def _describe(
    options: EvaluationOptions, labelled: LabelledSet, finder: FaceFinder, skipped: Sequence[Skipped]
) -> dict[str, Any]:
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
