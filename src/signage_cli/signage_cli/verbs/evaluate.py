"""``./signage evaluate DIR``: how right the estimates are on labelled faces, and for whom they are worse."""

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

_DESCRIPTION = "Measure gender and age accuracy on a folder of labelled faces; nothing of it leaves the machine."
_EPILOG = """folders:
  utkface  names such as 26_1_2_20170104.jpg: age, gender (0 male, 1 female), race, date
  csv      one CSV file with the columns path, age, gender, perhaps subject and group
  kface    SUBJECT/S001/L1/E01/C7.jpg and one CSV file with the columns subject, age and gender

examples:
  ./signage evaluate faces/ --json figures.json --csv answers.csv --plots plots/
  ./signage evaluate faces/ --model trained/korea --calibrate
  ./signage evaluate k-face/ --pattern '.*(?P<subject>[0-9]{8})/S001/L[1-4]/E01/C[678].jpg'"""
_PROBABILITY = number(lambda value: 0.5 <= value < 1, "a probability from 0.5 to below 1")


def main(argv: Sequence[str]) -> int:
    """Run the verb and return its exit status."""
    options = parse(argv)
    return exit_status_of(lambda: _run(options), "stopped before the end: nothing was written")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = OneLineParser("evaluate", _DESCRIPTION, _EPILOG)
    add_labelled_folder(parser)
    parser.add_argument("--model", default="age-gender", metavar="NAME", help="network: a name, or a path's beginning")
    parser.add_argument(
        "--min-confidence",
        type=_PROBABILITY,
        default=0.8,
        metavar="P",
        help="as the parameter min_confidence of the node face_inference (default: 0.8)",
    )
    parser.add_argument("--balance", type=whole_number(1), metavar="N", help="at most N faces per decade and gender")
    parser.add_argument("--json", type=output_file, metavar="FILE", help="write the figures")
    parser.add_argument("--csv", type=output_file, metavar="FILE", help="write one line for each image")
    parser.add_argument("--plots", type=Path, metavar="DIR", help="write the plots")
    parser.add_argument(
        "--calibrate", action="store_true", help="fit the confidence to these faces; written beside the network"
    )
    parser.add_argument("--source", default="", metavar="TEXT", help="what the calibration calls these faces")
    return parser.parse_args(argv)


def needs(options: argparse.Namespace) -> Needs:
    """Return what it needs with these arguments.

    Raises:
        ConfigurationError: there is no such folder.
    """
    require_folder(options.folder)
    return Needs()


def _run(options: argparse.Namespace) -> None:
    from face_inference.abstention import AbstentionRules
    from face_models.evaluation.run import EvaluationOptions, evaluate
    from rich.console import Console

    wanted = EvaluationOptions(
        folder=options.folder,
        models_dir=models_dir(options),
        model=options.model,
        layout=layout_options(options),
        detect=options.detect,
        most_per_stratum=options.balance,
        rules=AbstentionRules(min_confidence=options.min_confidence),
        json=options.json,
        csv=options.csv,
        plots=options.plots,
        calibrate=options.calibrate,
        source=options.source,
        date=datetime.datetime.now(datetime.timezone.utc).date().isoformat(),
    )
    evaluate(wanted, Console(width=None if sys.stdout.isatty() else 160))


if __name__ == "__main__":
    run_program(lambda: main(sys.argv[1:]))
