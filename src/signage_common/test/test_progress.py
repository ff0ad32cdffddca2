import fcntl
import io
import math
import os
import pty
import struct
import termios

import pytest
from signage_common.progress import FALLBACK_COLUMNS, ProgressLine

CLEAR = "\r\033[K"


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminals_line_is_rewritten_and_kept_lines_stay():
    stream = Terminal()
    line = ProgressLine(stream)
    line.show("1 of 2")
    line.show("2 of 2")
    line.keep("done")
    line.clear()
    assert stream.getvalue() == f"{CLEAR}1 of 2{CLEAR}2 of 2{CLEAR}done\n{CLEAR}"


def test_a_rewritten_line_never_wraps_and_a_kept_one_is_whole():
    stream = Terminal()
    line = ProgressLine(stream)
    line.show("x" * 500)
    line.keep("y" * 500)
    assert stream.getvalue() == f"{CLEAR}{'x' * (FALLBACK_COLUMNS - 1)}{CLEAR}{'y' * 500}\n"


@pytest.fixture
def terminal():
    """A real terminal, 40 columns wide: the end that reads it, and the stream that writes to it."""
    reader, writer = pty.openpty()
    fcntl.ioctl(writer, termios.TIOCSWINSZ, struct.pack("HHHH", 10, 40, 0, 0))
    with os.fdopen(reader, "rb", buffering=0) as screen, os.fdopen(writer, "w") as stream:
        yield screen, stream


def test_the_width_of_a_real_terminal_counts(terminal):
    screen, stream = terminal
    ProgressLine(stream).show("x" * 500)
    assert screen.read(1000) == f"{CLEAR}{'x' * 39}".encode()


def test_elsewhere_a_line_comes_now_and_then():
    stream = io.StringIO()
    line = ProgressLine(stream, interval_s=math.inf)
    line.show("first")
    line.show("too soon")
    line.keep("kept")
    line.show("too soon")
    line.clear()
    assert stream.getvalue() == "first\nkept\n"


def test_elsewhere_every_line_comes_when_the_last_is_old_enough():
    stream = io.StringIO()
    line = ProgressLine(stream, interval_s=0.0)
    line.show("first")
    line.show("second " + "x" * 500)
    assert stream.getvalue() == f"first\nsecond {'x' * 500}\n"


def test_standard_error_is_the_default(capsys):
    ProgressLine().keep("done")
    assert capsys.readouterr() == ("", "done\n")
