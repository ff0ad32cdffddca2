"""The errors that end a program with one clear line."""

from __future__ import annotations

import errno
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from signage_common.entry import pass_over, release_signals
from signage_common.standard_streams import Outlet, unfailing

EXIT_FAILED = 1
EXIT_USAGE = 2
_USUAL = {
    signal.SIGINT: signal.default_int_handler,
    signal.SIGTERM: signal.SIG_DFL,
    signal.SIGHUP: signal.SIG_DFL,
}
"""How Python answers what ends a program, until somebody decides otherwise."""
_SAME_WISH_S = 1.0
_IMPORTER = "<frozen importlib._bootstrap>"
_LONGEST_SHOWN = 100
_SECRETS = re.compile(r"(?<=\w:/).*|.*@|(?<=[?&]).*=.*", re.DOTALL)
"""What follows a scheme, stands before an @, or is a query: there passwords are."""
_PASSWORDS = re.compile(r"(?<=\w)(:/{1,2})(?:[^\s/@]*:\S*|[^\s/@]+)@")
_QUERY = re.compile(r"(?<=\w)(:/{1,2}[^\s?#;]*)[?#;]\S*=\S*")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_FULL_OR_GONE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


class SignageError(Exception):
    """Something the system can't go on without failed; the message says what, where and what was expected."""

    exit_status = EXIT_FAILED

    def __str__(self) -> str:
        """Return the message as one line, whatever the names in it hold."""
        return printable(super().__str__())


class ConfigurationError(SignageError):
    """An argument, parameter or file that the user gave is wrong."""

    exit_status = EXIT_USAGE


def without_passwords(line: str) -> str:
    """Return a line for people without the passwords of addresses in it, wherever they came from."""
    return _QUERY.sub(r"\1?...", _PASSWORDS.sub(r"\1...@", line))


def printable(text: str) -> str:
    """Return a text from elsewhere for a terminal: on one line, with nothing in it that moves a cursor."""
    return _CONTROLS.sub(lambda found: repr(found[0])[1:-1], text)


def shown(text: str) -> str:
    """Return a text that came for a message: in quotes, shortened, and without what may be a password."""
    text = _SECRETS.sub("...", text)
    return repr(text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}...")


def exit_status_of(work: Callable[[], int | None], when_interrupted: str = "") -> int:
    """Do the work of a program and return its exit status; say a mistake in one line on standard error.

    Output that can't be written never stops the work; it is told at the end, unless its reader just went away.
    SIGTERM, and SIGHUP unless it is ignored, are answered as Ctrl-C is: the work is interrupted, or, while it imports
    a module, which may make anything of an interrupt, ended at once.

    Args:
        work: returns an exit status, or None for 0.
        when_interrupted: what Ctrl-C is answered with, with status 1; empty where Ctrl-C is the usual way to end.
    """

    def stopped() -> int:
        if when_interrupted:
            print(when_interrupted, file=sys.stderr, flush=True)
        return EXIT_FAILED if when_interrupted else 0

    with unfailing() as outlet:
        try:
            with _interruptible(stopped):
                status = _status_of(work)
        except KeyboardInterrupt:
            status = stopped()
        return _with_output(status, outlet)


def _status_of(work: Callable[[], int | None]) -> int:
    try:
        return work() or 0
    except SystemExit as end:  # of argparse, which has said why
        return end.code if isinstance(end.code, int) else EXIT_FAILED if end.code else 0
    except SignageError as error:
        print(f"error: {without_passwords(str(error))}", file=sys.stderr)
        return error.exit_status
    except OSError as error:
        if error.filename is None and error.errno not in _FULL_OR_GONE:
            raise
        where = error.filename if error.filename is not None else "a file is not whole"  # writing names no file
        print(f"error: {printable(without_passwords(str(where)))}: {error.strerror}", file=sys.stderr)
        return EXIT_FAILED
    except MemoryError:
        print("error: not enough memory", file=sys.stderr)
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
def _interruptible(stopped: Callable[[], int]) -> Iterator[None]:
    """Have whatever ends a program raise KeyboardInterrupt, where nobody else has decided about it.

    What comes within a second of another one is the same wish: it must not interrupt what is being cleared away.

    Args:
        stopped: says that the program was stopped, and returns its exit status.
    """
    last_s = float("-inf")

    def interrupt(number: int, frame: FrameType | None) -> None:
        nonlocal last_s
        is_again, last_s = time.monotonic() - last_s < _SAME_WISH_S, time.monotonic()
        if is_again:
            return
        if _is_importing(frame):
            os._exit(stopped())
        raise KeyboardInterrupt

    before = {}
    if threading.current_thread() is threading.main_thread():
        now = {number: signal.getsignal(number) for number in _USUAL}
        before = {number: handler for number, handler in now.items() if handler in (_USUAL[number], pass_over)}
    for number in before:
        signal.signal(number, interrupt)
    try:
        release_signals()
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _is_importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename == _IMPORTER:
            return True
        frame = frame.f_back
    return False
