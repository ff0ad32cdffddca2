"""Become another program that is ended by the kernel when the process that started it is gone.

Run as ``python -I -S guard.py PARENT SIGNAL LIFELINE PROGRAM [ARGUMENT...]``, with the standard library only: it costs
a few hundredths of a second, takes no memory once the program has taken its place, and leaves the process id unchanged.

SIGINT and SIGTERM are blocked when this starts, so that one that comes early waits instead of ending Python in the
middle of its imports. Where ``SIGNAGE_SIGNALS_BLOCKED=1`` is set they stay so: the program takes them when it can
answer. Any other program gets them as usual.

LIFELINE is -1, or the reading end of a pipe that the parent holds: then a second process stays, and when the parent is
gone for five seconds, it kills whatever is left of the process group. It is for a program with processes of its own.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Sequence

ARE_BLOCKED = "SIGNAGE_SIGNALS_BLOCKED"
BLOCKED = (signal.SIGINT, signal.SIGTERM)
_ENDING = (*BLOCKED, signal.SIGHUP)
_PR_SET_PDEATHSIG = 1
_NOT_FOUND = 127
_GRACE_S = 5.0


def main(argv: Sequence[str]) -> int:
    """Ask the kernel for the signal, then become the program; return only if that fails."""
    parent, death_signal, lifeline, program = int(argv[0]), int(argv[1]), int(argv[2]), list(argv[3:])
    for number in _ENDING:
        signal.signal(number, signal.SIG_DFL)
    if os.environ.get(ARE_BLOCKED) != "1":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, BLOCKED)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
    if os.getppid() != parent:
        return 1
    if lifeline >= 0:
        if os.fork() == 0:
            _watch(lifeline)
        os.close(lifeline)
    try:
        os.execvp(program[0], program)  # noqa: S606  no shell is wanted
    except OSError as error:
        print(f"error: {program[0]}: {error.strerror}", file=sys.stderr)
    return _NOT_FOUND


def _watch(lifeline: int) -> None:
    """Wait for the end of the parent, and kill the process group some time after it."""
    for number in _ENDING:
        signal.signal(number, signal.SIG_IGN)
    for stream in (0, 1, 2):
        os.close(stream)
    os.read(lifeline, 1)
    time.sleep(_GRACE_S)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
