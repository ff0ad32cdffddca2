"""The command lines of the verbs: a mistake is one line and exit status 2; arguments that several verbs have."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from signage_common.errors import ConfigurationError, printable, shown
from signage_common.home import signage_home

if TYPE_CHECKING:
    from face_models.labelled.layouts import LayoutOptions

_LAUNCH_FILES = Path(__file__).resolve().parents[4] / "launch" / "launch"  # of the sources
LAYOUTS = ("utkface", "csv", "kface")
_MOST = 10**18
COLUMNS = ("path", "age", "gender", "subject", "group")


class OneLineParser(argparse.ArgumentParser):
    """An argument parser that says what is wrong in one line, without the whole usage."""

    def __init__(self, verb: str, description: str, epilog: str) -> None:
        """Make the parser of ``./signage VERB``; the epilog is kept as it is written."""
        super().__init__(
            prog=f"./signage {verb}",
            description=description,
            epilog=epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )

    def parse_known_args(self, args=None, namespace=None):  # type: ignore[no-untyped-def]  # as typeshed has it: overloads
        """Parse; a path that may not even be looked at, or is too long for one, is a mistake as any other."""
        try:
            return super().parse_known_args(args, namespace)
        except OSError as error:
            self.error(f"{error.filename}: {error.strerror}")

    def error(self, message: str) -> NoReturn:
        """End the program with one line and exit status 2."""
        self.exit(2, f"error: {printable(message)}; `{self.prog} --help` says more\n")


def number(is_right: Callable[[float], bool], expected: str) -> Callable[[str], float]:
    """Return a reader of numbers of a kind, which ``expected`` names."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not is_right(value):  # as no number is that compares with not-a-number
            raise argparse.ArgumentTypeError(f"expected {expected}, got {text!r}")
        return value

    return read


def whole_number(least: int, most: int = _MOST) -> Callable[[str], int]:
    """Return a reader of whole numbers from ``least`` to ``most``."""
    expected = f"expected a whole number from {least} {'on' if most == _MOST else f'to {most:,}'}"

    def read(text: str) -> int:
        is_number = text.isascii() and text.isdigit() and len(text) <= len(str(_MOST))
        if not is_number or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{expected}, got {shown(text)}")
        return int(text)

    return read


def output_file(text: str) -> Path:
    """Return the path of a file that can be written, as far as that shows before."""
    path = Path(text)
    folder = path.absolute().parent
    if path.is_dir():
        raise argparse.ArgumentTypeError(f"{path}: expected a file, this is a folder")
    if path.exists() and not path.is_file():
        raise argparse.ArgumentTypeError(f"{path}: expected a file, this is a pipe or device")
    if not folder.is_dir():
        raise argparse.ArgumentTypeError(f"{path}: its folder does not exist")
    if not os.access(folder, os.W_OK):
        raise argparse.ArgumentTypeError(f"{path}: its folder can't be written to")
    return path


def launch_arguments(words: Sequence[str], file: str = "signage.launch.xml") -> dict[str, str]:
    """Return the values of words such as ``fps:=15``, checked as far as that needs nothing installed.

    Args:
        words: of the command line.
        file: name of the launch file whose arguments they are.

    Raises:
        ConfigurationError: a word is not written so, or names an argument or a choice that the launch file lacks.
    """
    from signage_launch.launch_xml.arguments import check_given, declared_arguments, parse_given

    given = parse_given(words)
    path = _LAUNCH_FILES / file
    if path.exists():
        declared = declared_arguments(path, os.environ)
        check_given(given, declared)
        for argument in declared:
            if argument.name in given:
                argument.check(given[argument.name])
    return given


def number_above_0(unit: str, most: float = _MOST) -> Callable[[str], float]:
    """Return a reader of numbers above 0, and at most ``most``."""
    return number(lambda value: 0 < value <= most, f"a number of {unit} above 0{_at_most(most)}")


def number_from_0(unit: str, most: float = _MOST) -> Callable[[str], float]:
    """Return a reader of numbers from 0 on, and at most ``most``."""
    return number(lambda value: 0 <= value <= most, f"a number of {unit} from 0 on{_at_most(most)}")


def _at_most(most: float) -> str:
    return "" if most == _MOST else f", at most {most:,.0f}"


positive_seconds = number_above_0("seconds")


def add_labelled_folder(parser: OneLineParser) -> None:
    """Add the arguments that say how a folder of labelled faces is read, and with which networks."""
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


def require_folder(folder: Path) -> None:
    """Check that a folder of labelled faces exists.

    Raises:
        ConfigurationError: it does not.
    """
    if not folder.is_dir():
        raise ConfigurationError(f"{folder}: expected a folder of labelled faces")


def layout_options(options: argparse.Namespace) -> LayoutOptions:
    """Return how the folder is read."""
    from face_models.labelled.label_tables import Columns
    from face_models.labelled.layouts import KFACE_PATTERN, LayoutOptions

    return LayoutOptions(options.layout, Columns(options.columns), options.pattern or KFACE_PATTERN)


def models_dir(options: argparse.Namespace) -> Path:
    """Return the folder of the networks."""
    folder: Path = options.models_dir or signage_home() / "models"
    return folder


def _columns(text: str) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in text.split(",")]
    if any(what not in COLUMNS or not name for what, _, name in pairs):
        raise argparse.ArgumentTypeError(
            f"expected such as age=years,gender=sex (of {', '.join(COLUMNS)}), got {text!r}"
        )
    return {what: name for what, _, name in pairs}
