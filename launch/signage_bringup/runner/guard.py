"""Become another program that is ended by the kernel when the process that started it is gone.

Run as ``python -I -S guard.py PARENT SIGNAL PROGRAM [ARGUMENT...]``, with the standard library only: it costs a few
hundredths of a second, takes no memory once the program has taken its place, and leaves the process id unchanged.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Sequence

_PR_SET_PDEATHSIG = 1
_NOT_FOUND = 127


def main(argv: Sequence[str]) -> int:
    """Ask the kernel for the signal, then become the program; return only if that fails."""
    parent, death_signal, program = int(argv[0]), int(argv[1]), list(argv[2:])
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
    if os.getppid() != parent:
        return 1
    try:
        os.execvp(program[0], program)  # noqa: S606  no shell is wanted
    except OSError as error:
        print(f"error: {program[0]}: {error.strerror}", file=sys.stderr)
    return _NOT_FOUND


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
