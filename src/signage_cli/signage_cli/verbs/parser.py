"""The command line of a verb: a mistake is one line and exit status 2."""

from __future__ import annotations

import argparse
from typing import NoReturn


class OneLineParser(argparse.ArgumentParser):
    """An argument parser that says what is wrong in one line, without the whole usage."""

    def __init__(self, verb: str, description: str, epilog: str) -> None:
        """Make the parser of ``./signage VERB``; the epilog is kept as it is written."""
        super().__init__(
            prog=f"./signage {verb}",
            description=description,
            epilog=epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    def error(self, message: str) -> NoReturn:
        """End the program with one line and exit status 2."""
        self.exit(2, f"error: {message}; `{self.prog} --help` says more\n")


def positive_seconds(text: str) -> float:
    """Return a number of seconds above 0.

    Raises:
        argparse.ArgumentTypeError: the text is none.
    """
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"expected a number of seconds above 0, got {text!r}")
    return seconds
