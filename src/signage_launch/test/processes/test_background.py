import contextlib
import os
import pty
import threading

import pytest
from signage_common.process_testing import wait_until
from signage_launch.processes.background import BackgroundStream, background, finish

pytestmark = pytest.mark.fault
FLOOD = "".join(f"line {number} {'x' * 90}\n" for number in range(30_000))


def stream_to(descriptor, encoding="utf-8"):
    return BackgroundStream(os.fdopen(descriptor, "w", encoding=encoding, closefd=False))


@pytest.fixture
def pipe():
    ends = os.pipe()
    yield ends
    for end in ends:
        with contextlib.suppress(OSError):
            os.close(end)


class Reader:
    """Reads a descriptor to its end, in a thread."""

    def __init__(self, descriptor):
        self.data = b""
        self._descriptor = descriptor
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        while data := os.read(self._descriptor, 65536):
            self.data += data

    def wait_for(self, text):
        return wait_until(lambda: text in self.data, f"{text!r}")


def lost_pipe():
    reading, writing = os.pipe()
    os.close(reading)
    return writing


def lost_terminal():
    leader, terminal = pty.openpty()
    os.close(leader)
    return terminal


@pytest.mark.parametrize("open_it", [lambda: os.open("/dev/full", os.O_WRONLY), lost_pipe, lost_terminal])
def test_what_can_not_be_written_stops_nobody_and_the_next_is_written_once_there_is_room(open_it, tmp_path):
    descriptor = open_it()
    stream = stream_to(descriptor)
    stream.write("one\ntwo\n")
    finish(stream)
    with (tmp_path / "room").open("wb") as room:
        os.dup2(room.fileno(), descriptor)
    stream.write("three\n")
    finish(stream)
    os.close(descriptor)
    first, second = (tmp_path / "room").read_text().splitlines()
    assert first.startswith("[WARNING] [launch]: 2 lines are missing here: ") and second == "three"


def test_a_reader_that_does_not_read_stops_nobody_and_learns_what_it_missed(pipe):
    reading, writing = pipe
    stream = stream_to(writing)
    for line in FLOOD.splitlines(keepends=True):
        stream.write(line)
    finish(stream)
    reader = Reader(reading)
    reader.wait_for(b"line 9000 ")
    finish(stream)
    stream.write("now I listen\n")
    reader.wait_for(b"now I listen\n")
    expected = 0
    for line in reader.data.decode().splitlines()[:-1]:
        if line.startswith("[WARNING]"):
            assert line.endswith(" lines are missing here: nobody took them")
            expected += int(line.split()[2])
        else:
            assert line.startswith(f"line {expected} ")
            expected += 1
    assert expected == 30_000


def test_a_terminal_that_was_made_non_blocking_gets_every_line(pipe):
    reading, writing = pipe
    os.set_blocking(writing, False)
    stream = stream_to(writing)
    text = FLOOD[:800_000].rpartition("\n")[0] + "\nlast\n"
    stream.write(text)
    reader = Reader(reading)
    reader.wait_for(b"last\n")
    assert reader.data.decode() == text


@pytest.mark.parametrize(
    ("encoding", "expected"), [("ascii", b"\\uc11c\\uc6b8\nnext\n"), ("utf-8", "서울\nnext\n".encode())]
)
def test_letters_that_the_encoding_lacks_are_escaped_and_later_lines_come(pipe, encoding, expected):
    reading, writing = pipe
    stream = stream_to(writing, encoding)
    stream.write("서울\nnext\n")
    finish(stream)
    assert os.read(reading, 1000) == expected


def test_lines_go_out_whole(pipe):
    reading, writing = pipe
    stream = stream_to(writing)
    for piece in ("a", "b\nc", "d\n"):
        stream.write(piece)
    finish(stream)
    assert os.read(reading, 1000) == b"ab\ncd\n"


def test_where_standard_output_was_closed_nothing_is_written():
    background(None).write("unheard\n")
