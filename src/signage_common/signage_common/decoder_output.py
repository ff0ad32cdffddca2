"""What picture decoders written in C say on standard error, noted instead: they print a line for each damaged image."""

from __future__ import annotations

import contextlib
import os
import re
import threading
from collections.abc import Iterator

CUT_OFF = "premature end"
"""Among the decoder's words where picture data of a JPEG are missing."""

_DECODER = re.compile(
    r"Corrupt JPEG|Premature end of JPEG|Unsupported|Unknown Adobe|Inconsistent progression|"
    r"Invalid (SOS|progressive|crop)|Warning: unknown JFIF|libpng (warning|error)|TIFF|OpenCV TIFF|"
    r"\[ ?[A-Z]+:\d+@[\d.]+\] global grfmt_"
)
_STANDARD_ERROR = 2
_lock = threading.Lock()


@contextlib.contextmanager
def noted_decoder_output() -> Iterator[list[str]]:
    """Give the lines that decoders write to standard error in the block, once it has ended; they go nowhere else.

    Whatever else is written there meanwhile is passed on. Where standard error can't be noted the list stays empty.
    """
    lines: list[str] = []
    with _lock, contextlib.ExitStack() as opened:
        note = _redirect(opened)
        try:
            yield lines
        finally:
            opened.close()
            if note is not None:
                lines += _take(note)


def _redirect(opened: contextlib.ExitStack) -> int | None:
    """Send standard error to a file in memory until ``opened`` is closed; return it, None if that can't be done."""
    try:
        real = os.dup(_STANDARD_ERROR)
        opened.callback(os.close, real)
        note = os.memfd_create("decoder")
    except OSError:  # there is no standard error, or too many files are open
        return None
    os.dup2(note, _STANDARD_ERROR)
    opened.callback(os.dup2, real, _STANDARD_ERROR)
    return note


def _take(note: int) -> list[str]:
    """Return the decoders' lines of a file, which is closed, and pass the others on."""
    written = os.pread(note, os.fstat(note).st_size, 0).decode(errors="backslashreplace").splitlines()
    os.close(note)
    others = "".join(f"{line}\n" for line in written if not _DECODER.match(line))
    with contextlib.suppress(OSError):  # standard error may be full, or gone
        if others:
            os.write(_STANDARD_ERROR, others.encode())
    return [line for line in written if _DECODER.match(line)]
