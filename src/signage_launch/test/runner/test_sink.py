import io

import pytest
from signage_launch.launch_xml.plan import Output
from signage_launch.runner.sink import Screen, Stream, is_error


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[ERROR] [1700000000.1] [deeplens1.camera]: gone", True),
        ("\x1b[31m[ERROR] [1700000000.1] [x]: gone", True),
        ("[FATAL] [1] [x]: gone", True),
        ("error: no such file", True),
        ("Traceback (most recent call last):", True),
        ("ValueError: no", True),
        ("[INFO] [1] [x]: an error: none", False),
        ("hello", False),
    ],
)
def test_lines_that_tell_of_an_error(text, expected):
    assert is_error(text) is expected


def test_the_screen_shows_lines_as_ros2_launch_does():
    stream = io.StringIO()
    screen = Screen(stream)
    screen.line("camera-1", Stream.ERR, "hello", Output.SCREEN)
    screen.line("", Stream.OUT, "[x-1] already", Output.BOTH)
    screen.line("quiet-2", Stream.OUT, "unseen", Output.LOG)
    screen.line("quiet-2", Stream.ERR, "seen", Output.LOG)
    screen.say("launch", "INFO", "done")
    assert stream.getvalue() == "[camera-1] hello\n[x-1] already\n[quiet-2] seen\n[INFO] [launch]: done\n"


def test_a_quiet_screen_shows_errors_only():
    stream = io.StringIO()
    screen = Screen(stream, errors_only=True)
    screen.line("a-1", Stream.ERR, "[INFO] [1] [a]: hello", Output.SCREEN)
    screen.line("a-1", Stream.ERR, "[ERROR] [1] [a]: gone", Output.SCREEN)
    screen.say("a-1", "INFO", "process started")
    screen.say("a-1", "ERROR", "process has died")
    assert stream.getvalue() == "[a-1] [ERROR] [1] [a]: gone\n[ERROR] [a-1]: process has died\n"


def test_a_reader_that_went_away_does_not_stop_the_graph():
    stream = io.StringIO()
    stream.close()
    Screen(stream).say("launch", "INFO", "unheard")
