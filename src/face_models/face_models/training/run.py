"""One training from folder to network, compared with the old one: what ``./signage train`` does."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from face_inference.abstention import AbstentionRules
from face_inference.calibration import Calibration, calibration_of_model
from face_inference.networks.age_gender import own_model_error
from face_inference.networks.model_files import ModelFileError, is_there, locate_model
from rich.console import Console
from signage_common.errors import ConfigurationError

from face_models.evaluation.calibration_fitting import fit_calibration, with_source
from face_models.evaluation.metrics import compute_metrics
from face_models.evaluation.predictions import Prediction, load_predictor, tabulate
from face_models.evaluation.reports import (
    ProgressCounter,
    check_writable,
    comparison_table,
    make_folder,
    print_skipped,
    write_json,
)
from face_models.labelled.faces import LabelledFace
from face_models.labelled.images import FaceFinder, make_face_finder
from face_models.labelled.layouts import read_labelled
from face_models.labelled.sampling import Split, split_by_person
from face_models.training.checkpoint import TrainingProgress
from face_models.training.examples import Example, digest_of, find_examples
from face_models.training.loop import Training
from face_models.training.network import Params, export, load_start
from face_models.training.options import TrainingOptions


def train(options: TrainingOptions, console: Console) -> dict[str, Any]:
    """Train, export, compare with the old network; return the metrics of both.

    Raises:
        ConfigurationError: the folder, the network or a file to be written is not as expected.
    """
    _check_out(options)
    start = _load_start(options)
    examples, finder = _prepare(options, console)
    parts = split_by_person([example.face for example in examples], options.recipe.seed)
    counts = (
        f"{len(parts.train)} faces to learn from, {len(parts.validation)} to watch, {len(parts.held_back)} held back"
    )
    console.print(counts, highlight=False)
    best = _train(options, start, examples, parts, console)
    export(start[0], best, options.beside("-symbol.json"), options.beside("-0000.params"))
    _calibrate(options, parts, finder, console)
    metrics = _compare(options, parts, finder, console)
    options.beside("-checkpoint.npz").unlink(missing_ok=True)
    console.print(f"./signage up age_gender_model:={options.new_model} uses it", highlight=False, soft_wrap=True)
    return metrics


def _load_start(options: TrainingOptions) -> tuple[str, Params]:
    try:
        return load_start(*locate_model(options.models_dir, options.model))
    except ModelFileError as error:
        raise own_model_error(error, options.model) from error


def _prepare(options: TrainingOptions, console: Console) -> tuple[list[Example], FaceFinder]:
    """Read the folder and find the face in each image."""
    labelled = read_labelled(options.folder, options.layout)
    finder = make_face_finder(labelled.is_cropped, options.detect, options.models_dir)
    with ProgressCounter("looking at the faces", len(labelled.faces), console) as progress:
        examples, skipped = find_examples(labelled.faces, finder, progress.show)
    print_skipped([*labelled.skipped, *skipped], console)
    return examples, finder


def _check_out(options: TrainingOptions) -> None:
    """Make the folder of the results, check before the work that they can be written, and that none is lost."""
    make_folder(options.out.absolute().parent, "--out")
    check_writable(options.out, "--out")
    check_writable(options.json, "--json")
    checkpoint, network = options.beside("-checkpoint.npz"), options.beside("-0000.params")
    if options.force:
        checkpoint.unlink(missing_ok=True)
    elif is_there(checkpoint):
        if not options.resume:
            raise ConfigurationError(
                f"{checkpoint}: a training was cut off here; --resume goes on, --force begins another one"
            )
    elif is_there(network):
        raise ConfigurationError(f"{network}: a network that was trained is here already; --force trains another one")


def _train(
    options: TrainingOptions, start: tuple[str, Params], examples: Sequence[Example], parts: Split, console: Console
) -> Params:
    """Train with a line for each epoch; return the best network."""
    by_face = {example.face: example for example in examples}
    training = Training(
        start,
        train=[by_face[face] for face in parts.train],
        validation=[by_face[face] for face in parts.validation],
        recipe=options.recipe,
        checkpoint_path=options.beside("-checkpoint.npz"),
        digest=digest_of(examples, start[1]),
    )
    if options.resume and options.beside("-checkpoint.npz").exists():
        training.resume()
        console.print(f"going on in epoch {training.progress.epoch + 1}, batch {training.progress.batch + 1}")
    steps = options.recipe.epochs * training.batches
    with ProgressCounter("training", steps, console) as progress:
        best = training.run(_reporter(progress))
    made = training.progress
    which = f"epoch {made.best_epoch + 1} was best" if made.best_epoch >= 0 else "no epoch was better"
    losses = f"watched loss {made.best_loss:.3f}, at the start {made.start_loss:.3f}"
    console.print(f"{which}: {losses}", highlight=False)
    return best


def _reporter(counter: ProgressCounter) -> Callable[[TrainingProgress, int], None]:
    """Return a function that shows steps, and a line of each epoch."""

    def report(progress: TrainingProgress, batches: int) -> None:
        counter.show(progress.step)
        if progress.batch == 0:
            counter.keep(_describe_epoch(progress.history[-1]))

    return report


def _describe_epoch(entry: dict[str, float]) -> str:
    return (
        f"epoch {entry['epoch'] + 1:.0f}: loss {entry['train_loss']:.3f} (watched {entry['loss']:.3f}), "
        f"age {entry['train_age_mae']:.2f} years off ({entry['age_mae']:.2f}), "
        f"gender {entry['train_gender_loss']:.3f} ({entry['gender_loss']:.3f})"
    )


def _calibrate(options: TrainingOptions, parts: Split, finder: FaceFinder, console: Console) -> None:
    """Write the new network's calibration, fitted to the validation part; of no effect if its faces are too few."""
    predictions = _predict(options, options.new_model, parts.validation, finder, console)
    try:
        calibration = fit_calibration(tabulate(predictions, Calibration(), AbstentionRules()))
        calibration = with_source(calibration, f"{options.folder.name}, the watched part", options.date)
    except ConfigurationError as error:
        console.print(f"not calibrated: {str(error).removeprefix('--calibrate: ')}", highlight=False)
        calibration = Calibration(about={"n": 0})
    write_json(options.beside("-calibration.json"), calibration.to_document())


def _compare(options: TrainingOptions, parts: Split, finder: FaceFinder, console: Console) -> dict[str, Any]:
    """Return the metrics of the old and the new network on the faces held back, shown and written."""
    metrics = {}
    for which, model in (("old", options.model), ("new", options.new_model)):
        predictions = _predict(options, model, parts.held_back, finder, console)
        calibration = calibration_of_model(options.models_dir, model)
        metrics[which] = compute_metrics(tabulate(predictions, calibration, AbstentionRules()))
    console.print(comparison_table(metrics["old"], metrics["new"], ("old", "new")))
    if options.json is not None:
        document = {"recipe": dataclasses.asdict(options.recipe), "learned_from": len(parts.train), **metrics}
        write_json(options.json, document)
    return metrics


def _predict(
    options: TrainingOptions, model: str, faces: Sequence[LabelledFace], finder: FaceFinder, console: Console
) -> list[Prediction]:
    predictor = load_predictor(options.models_dir, model, finder)
    with ProgressCounter(f"measuring {model}", len(faces), console) as progress:
        return predictor.predict(faces, progress.show)[0]
