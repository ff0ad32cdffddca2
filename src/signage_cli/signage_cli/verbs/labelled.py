"""What ``evaluate`` and ``train`` have in common: the arguments that say how a labelled folder is read."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from signage_cli.verbs.parser import OneLineParser

if TYPE_CHECKING:
    from face_models.labelled.layouts import LayoutOptions

LAYOUTS = ("utkface", "csv", "kface")
COLUMNS = ("path", "age", "gender", "subject", "group")


def add_reading(parser: OneLineParser) -> None:
    """Add the arguments."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="folder of labelled faces")
    parser.add_argument("--layout", choices=LAYOUTS, help="how it is laid out (default: as it looks)")
    parser.add_argument(
        "--columns", type=_columns, default={}, metavar="WHAT=NAME,...", help="names of the table's columns"
    )
    parser.add_argument("--pattern", metavar="REGEX", help="K-FACE: paths of the images, with a group (?P<subject>...)")
    parser.add_argument(
        "--detect",
        action=argparse.BooleanOptionalAction,
        help="look for the face first (default: only for kface; else a picture is taken for a crop)",
    )
    parser.add_argument("--models-dir", type=Path, metavar="DIR", help="the networks (default: $SIGNAGE_HOME/models)")


def reading(options: argparse.Namespace) -> LayoutOptions:
    """Return how the folder is read."""
    from face_models.labelled.label_tables import Columns
    from face_models.labelled.layouts import KFACE_PATTERN, LayoutOptions

    return LayoutOptions(options.layout, Columns(options.columns), options.pattern or KFACE_PATTERN)


def ended(run: Callable[[], None], stopped: str) -> int:
    """Run a verb's work and return the exit status; say one line on a mistake, and ``stopped`` on Ctrl-C."""
    from signage_common.errors import SignageError

    try:
        run()
    except SignageError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        print(stopped, file=sys.stderr)
        return 1
    return 0


def models_dir(options: argparse.Namespace) -> Path:
    """Return the folder of the networks."""
    from signage_common.home import signage_home

    folder: Path = options.models_dir or signage_home() / "models"
    return folder


def whole_number(least: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from ``least`` on."""

    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or int(text) < least:
            raise argparse.ArgumentTypeError(f"expected a whole number from {least} on, got {text!r}")
        return int(text)

    return read


def _columns(text: str) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in text.split(",")]
    if any(what not in COLUMNS or not name for what, _, name in pairs):
        raise argparse.ArgumentTypeError(
            f"expected such as age=years,gender=sex (of {', '.join(COLUMNS)}), got {text!r}"
        )
    return {what: name for what, _, name in pairs}
