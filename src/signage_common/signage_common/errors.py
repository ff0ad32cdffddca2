"""The errors that end a program with one clear line."""

from __future__ import annotations

import sys
from collections.abc import Callable

EXIT_FAILED = 1
EXIT_USAGE = 2


class SignageError(Exception):
    """Something the system can't go on without failed; the message says what, where and what was expected."""

    exit_status = EXIT_FAILED


class ConfigurationError(SignageError):
    """An argument, parameter or file that the user gave is wrong."""

    exit_status = EXIT_USAGE


def exit_status_of(work: Callable[[], int | None], when_interrupted: str = "") -> int:
    """Do the work of a program and return its exit status; say a mistake in one line on standard error.

    Args:
        work: returns an exit status, or None for 0.
        when_interrupted: what Ctrl-C is answered with, with status 1; empty where Ctrl-C is the usual way to end.
    """
    try:
        return work() or 0
    except SignageError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_status
    except OSError as error:
        if error.filename is None:
            raise
        print(f"error: {error.filename}: {error.strerror}", file=sys.stderr)
        return EXIT_FAILED
    except KeyboardInterrupt:
        if when_interrupted:
            print(when_interrupted, file=sys.stderr)
        return EXIT_FAILED if when_interrupted else 0
