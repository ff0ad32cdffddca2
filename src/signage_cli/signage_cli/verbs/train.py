"""``./signage train DIR``: fine-tune the age and gender network on labelled faces."""

from __future__ import annotations

import argparse
import datetime
import sys
from collections.abc import Sequence
from pathlib import Path

from signage_common.entry import run_program
from signage_common.errors import exit_status_of

from signage_cli.verbs.arguments import (
    OneLineParser,
    add_labelled_folder,
    layout_options,
    models_dir,
    number,
    output_file,
    require_folder,
    whole_number,
)
from signage_cli.verbs.needs import Needs

_DESCRIPTION = "Fine-tune the age and gender network on a folder of labelled faces; nothing of it leaves the machine."
_EPILOG = """The folder is read as by ./signage evaluate. A tenth of the persons tells when to stop, a fifth is
held back and measures the result against the old network. The same folder, seed and options give the same network,
also after a break.

examples:
  ./signage train faces/ --out trained/korea
  ./signage train faces/ --out trained/korea --resume
  ./signage up age_gender_model:=$PWD/trained/korea"""
_RATE = number(lambda rate: 0 < rate < 1, "a number between 0 and 1")


def main(argv: Sequence[str]) -> int:
    """Run the verb and return its exit status."""
    options = parse(argv)
    return exit_status_of(lambda: _run(options), "stopped before the end; --resume goes on from here")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = OneLineParser("train", _DESCRIPTION, _EPILOG)
    add_labelled_folder(parser)
    parser.add_argument("--model", default="age-gender", metavar="NAME", help="the network to start from")
    parser.add_argument(
        "--out", type=Path, default=Path("age-gender-trained"), metavar="PREFIX", help="beginning of the files' paths"
    )
    again = parser.add_mutually_exclusive_group()
    again.add_argument("--resume", action="store_true", help="go on with a training that was cut off")
    again.add_argument("--force", action="store_true", help="begin anew where a network was trained already")
    parser.add_argument("--epochs", type=whole_number(1), metavar="N", help="passes at most")
    parser.add_argument("--faces", type=whole_number(1), metavar="N", help="faces of one pass at most (default: all)")
    parser.add_argument("--batch", type=whole_number(1), metavar="N", help="faces of one step")
    parser.add_argument("--seed", type=whole_number(0), metavar="N", help="of split, order and distortions")
    parser.add_argument("--patience", type=whole_number(1), metavar="N", help="end after N passes without gain")
    parser.add_argument("--learning-rate", type=_RATE, metavar="X", help="of Adam at its highest")
    parser.add_argument(
        "--json", type=output_file, metavar="FILE", help="write the figures of the old and the new network"
    )
    return parser.parse_args(argv)


def needs(options: argparse.Namespace) -> Needs:
    """Return what it needs with these arguments.

    Raises:
        ConfigurationError: there is no such folder.
    """
    require_folder(options.folder)
    return Needs()


def _run(options: argparse.Namespace) -> None:
    from face_models.training.options import Recipe, TrainingOptions
    from face_models.training.run import train
    from rich.console import Console

    given = {
        "epochs": options.epochs,
        "faces_per_epoch": options.faces,
        "batch": options.batch,
        "seed": options.seed,
        "patience": options.patience,
        "learning_rate": options.learning_rate,
    }
    wanted = TrainingOptions(
        folder=options.folder,
        models_dir=models_dir(options),
        out=options.out,
        model=options.model,
        layout=layout_options(options),
        detect=options.detect,
        recipe=Recipe(**{name: value for name, value in given.items() if value is not None}),
        resume=options.resume,
        force=options.force,
        json=options.json,
        date=datetime.datetime.now(datetime.timezone.utc).date().isoformat(),
    )
    train(wanted, Console(width=None if sys.stdout.isatty() else 160))


if __name__ == "__main__":
    run_program(lambda: main(sys.argv[1:]))
