"""One training from folder to network: what ``./signage train`` does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from face_inference.networks.location import locate
from rich.console import Console
from signage_common.errors import ConfigurationError

from face_models.evaluation import files
from face_models.evaluation.progress import showing_progress
from face_models.evaluation.session import show_skipped
from face_models.labelled.finding import Finder, make_finder
from face_models.labelled.layouts import read_labelled
from face_models.training.checkpoint import Progress
from face_models.training.comparison import calibrate, measure_both
from face_models.training.examples import Example
from face_models.training.loop import Training
from face_models.training.network import Params, export, load_start
from face_models.training.options import Options
from face_models.training.preparation import digest_of, find_examples
from face_models.training.split import Split, split


def train(options: Options, console: Console) -> dict[str, Any]:
    """Train, export, compare with the old network; return the figures of both.

    Raises:
        ConfigurationError: the folder, the network or a file to be written is not as expected.
    """
    _check_out(options)
    start = load_start(*locate(options.models_dir, options.model))
    examples, finder = _prepare(options, console)
    parts = split([example.face for example in examples], options.recipe.seed)
    counts = (
        f"{len(parts.train)} faces to learn from, {len(parts.validation)} to watch, {len(parts.held_back)} held back"
    )
    console.print(counts, highlight=False)
    best = _train(options, start, examples, parts, console)
    export(start[0], best, options.beside("-symbol.json"), options.beside("-0000.params"))
    calibrate(options, parts, finder, console)
    figures = measure_both(options, parts, finder, console)
    options.beside("-checkpoint.npz").unlink(missing_ok=True)
    console.print(f"./signage up age_gender_model:={options.new_model} uses it", highlight=False, soft_wrap=True)
    return figures


def _prepare(options: Options, console: Console) -> tuple[list[Example], Finder]:
    """Read the folder and find the face in each picture."""
    labelled = read_labelled(options.folder, options.reading)
    finder = make_finder(labelled.is_cropped, options.detect, options.models_dir)
    with showing_progress("looking at the faces", len(labelled.faces), console) as progress:
        examples, skipped = find_examples(labelled.faces, finder, progress)
    show_skipped([*labelled.skipped, *skipped], console)
    return examples, finder


def _check_out(options: Options) -> None:
    """Check before the work that its results can be written, and that no other training is lost."""
    files.check_file(options.out, "--out")
    files.check_file(options.json, "--json")
    checkpoint = options.beside("-checkpoint.npz")
    if checkpoint.exists() and not options.resume:
        raise ConfigurationError(f"{checkpoint}: a training was cut off here; --resume goes on, else remove the file")


def _train(
    options: Options, start: tuple[str, Params], examples: Sequence[Example], parts: Split, console: Console
) -> Params:
    """Train with a line for each epoch; return the best network."""
    by_face = {example.face: example for example in examples}
    learned = [by_face[face] for face in parts.train]
    watched = [by_face[face] for face in parts.validation]
    training = Training(
        start, learned, watched, options.recipe, options.beside("-checkpoint.npz"), digest_of(examples, start[1])
    )
    if options.resume and options.beside("-checkpoint.npz").exists():
        training.resume()
        console.print(f"going on in epoch {training.progress.epoch + 1}, batch {training.progress.batch + 1}")
    steps = options.recipe.epochs * training.batches
    with showing_progress("training", steps, console) as progress:
        best = training.run(_reporter(console, progress))
    progress_made = training.progress
    start_loss, best_loss = progress_made.start_loss, progress_made.best_loss
    words = f"epoch {progress_made.best_epoch + 1} was best" if progress_made.best_epoch >= 0 else "no epoch was better"
    console.print(f"{words}: watched loss {best_loss:.3f}, at the start {start_loss:.3f}", highlight=False)
    return best


def _reporter(console: Console, show: Callable[[int], None]) -> Callable[[Progress, int], None]:
    """Return what tells of steps and epochs."""

    def report(progress: Progress, batches: int) -> None:
        show(progress.step)
        if progress.batch == 0:
            console.print(describe_epoch(progress.history[-1]), highlight=False)

    return report


def describe_epoch(entry: dict[str, float]) -> str:
    """Return the line of an epoch."""
    return (
        f"epoch {entry['epoch'] + 1:.0f}: loss {entry['train_loss']:.3f} (watched {entry['loss']:.3f}), "
        f"age {entry['train_age_mae']:.2f} years off ({entry['age_mae']:.2f}), "
        f"gender {entry['train_gender_loss']:.3f} ({entry['gender_loss']:.3f})"
    )
