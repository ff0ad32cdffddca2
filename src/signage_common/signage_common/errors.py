"""The errors that end a program with one clear line."""

from __future__ import annotations

import errno
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from signage_common.entry import release_signals
from signage_common.standard_streams import Outlet, unfailing

EXIT_FAILED = 1
EXIT_USAGE = 2
_FULL_OR_GONE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


class SignageError(Exception):
    """Something the system can't go on without failed; the message says what, where and what was expected."""

    exit_status = EXIT_FAILED


class ConfigurationError(SignageError):
    """An argument, parameter or file that the user gave is wrong."""

    exit_status = EXIT_USAGE


def exit_status_of(work: Callable[[], int | None], when_interrupted: str = "") -> int:
    """Do the work of a program and return its exit status; say a mistake in one line on standard error.

    Output that can't be written never stops the work; it is told at the end, unless its reader just went away.
    SIGTERM, and SIGHUP unless it is ignored, are answered as Ctrl-C is.

    Args:
        work: returns an exit status, or None for 0.
        when_interrupted: what Ctrl-C is answered with, with status 1; empty where Ctrl-C is the usual way to end.
    """
    with unfailing() as outlet:
        try:
            with _interrupted_by_all_that_ends():
                status = _status_of(work)
        except KeyboardInterrupt:
            if when_interrupted:
                print(when_interrupted, file=sys.stderr)
            status = EXIT_FAILED if when_interrupted else 0
        return _with_output(status, outlet)


def _status_of(work: Callable[[], int | None]) -> int:
    try:
        return work() or 0
    except SystemExit as end:  # of argparse, which has said why
        return end.code if isinstance(end.code, int) else EXIT_FAILED if end.code else 0
    except SignageError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_status
    except OSError as error:
        if error.filename is None and error.errno not in _FULL_OR_GONE:
            raise
        where = error.filename if error.filename is not None else "a file is not whole"  # writing names no file
        print(f"error: {where}: {error.strerror}", file=sys.stderr)
        return EXIT_FAILED


def _with_output(status: int, outlet: Outlet | None) -> int:
    """Write what standard output holds back; return the exit status, no longer 0 if any of it is lost."""
    if outlet is None:
        return status
    sys.stdout.flush()
    if outlet.error is None or isinstance(outlet.error, BrokenPipeError):
        return status
    print(f"error: standard output: {outlet.error.strerror}", file=sys.stderr)
    return status or EXIT_FAILED


@contextmanager
def _interrupted_by_all_that_ends() -> Iterator[None]:
    """Have SIGTERM and SIGHUP interrupt as Ctrl-C does, where nobody else has decided about them."""
    numbers = [number for number in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(number) is signal.SIG_DFL]
    if threading.current_thread() is not threading.main_thread():
        numbers = []
    for number in numbers:
        signal.signal(number, signal.default_int_handler)
    try:
        release_signals()
        yield
    finally:
        for number in numbers:
            signal.signal(number, signal.SIG_DFL)
