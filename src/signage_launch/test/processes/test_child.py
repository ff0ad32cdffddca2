import pytest
from signage_launch.processes.child import LauncherLines, LineSplitter


@pytest.mark.parametrize(
    ("chunks", "lines", "rest"),
    [
        ([b"a\nb\n"], ["a", "b"], []),
        ([b"a", b"b\nc"], ["ab"], ["c"]),
        ([b"a\r\n\n"], ["a", ""], []),
        (["grüß".encode()[:3], "grüß".encode()[3:], b"\n"], ["grüß"], []),
        ([b"\xff\n"], ["\ufffd"], []),
        ([b"x" * 20000], ["x" * 20000], []),
    ],
)
def test_lines(chunks, lines, rest):
    splitter = LineSplitter()
    assert [line for chunk in chunks for line in splitter.feed(chunk)] == lines
    assert splitter.end() == rest and splitter.end() == []


def died(status):
    return f"[ERROR] [camera-1]: process has died [pid 2, exit code {status}, cmd 'x']."


def test_a_process_that_gave_up_is_told_by_its_own_line():
    lines = LauncherLines()
    assert lines.failure_in("[camera-1] error: film.webm: not found") is None
    assert lines.failure_in("[INFO] [camera-1]: process started with pid [7]") is None
    assert lines.failure_in(died(2)) == "film.webm: not found"


def test_one_that_said_nothing_is_named():
    assert LauncherLines().failure_in(died(2)) == "camera-1 ended with exit status 2"


def test_other_ends_are_not_meant():
    for status in (1, -9, -2, 20, 255):
        assert LauncherLines().failure_in(died(status)) is None
