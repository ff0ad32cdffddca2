"""Measure the new network against the old one, on faces that were held back."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from face_inference.abstention import AbstentionRules
from face_inference.calibration import Calibration, calibration_of_model
from rich.console import Console
from signage_common.errors import ConfigurationError

from face_models.evaluation import files
from face_models.evaluation.answers import Answer, tabulate
from face_models.evaluation.asking import make_asker
from face_models.evaluation.figures import measure
from face_models.evaluation.fitting import fit, with_source
from face_models.evaluation.progress import showing_progress
from face_models.evaluation.tables import compare
from face_models.labelled.faces import LabelledFace
from face_models.labelled.finding import Finder
from face_models.training.options import Options
from face_models.training.split import Split


def calibrate(options: Options, parts: Split, finder: Finder, console: Console) -> None:
    """Write the new network's calibration, fitted to the faces that were watched; of no effect if they are too few."""
    answers = _ask(options, options.new_model, parts.validation, finder, console)
    try:
        calibration = fit(tabulate(answers, Calibration(), AbstentionRules()))
        calibration = with_source(calibration, f"{options.folder.name}, the watched part", options.date)
    except ConfigurationError as error:
        console.print(f"not calibrated: {str(error).removeprefix('--calibrate: ')}", highlight=False)
        calibration = Calibration(about={"n": 0})
    files.write_json(options.beside("-calibration.json"), calibration.to_document())


def measure_both(options: Options, parts: Split, finder: Finder, console: Console) -> dict[str, Any]:
    """Return the figures of the old and the new network, shown and written."""
    figures = {}
    for which, model in (("old", options.model), ("new", options.new_model)):
        answers = _ask(options, model, parts.held_back, finder, console)
        calibration = calibration_of_model(options.models_dir, model)
        figures[which] = measure(tabulate(answers, calibration, AbstentionRules()))
    console.print(compare(figures["old"], figures["new"], ("old", "new")))
    if options.json is not None:
        document = {"recipe": dataclasses.asdict(options.recipe), "learned_from": len(parts.train), **figures}
        files.write_json(options.json, document)
    return figures


def _ask(options: Options, model: str, faces: Sequence[LabelledFace], finder: Finder, console: Console) -> list[Answer]:
    asker = make_asker(options.models_dir, model, finder)
    with showing_progress(f"measuring {model}", len(faces), console) as progress:
        return asker.ask(faces, progress).answers
