import io

import pytest
from signage_launch.launch_xml.plan import Output
from signage_launch.processes.output import LogFile, Screen, Stream, Tee, is_error


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
    screen.write_line("camera-1", Stream.ERR, "hello", Output.SCREEN)
    screen.write_line("", Stream.OUT, "[x-1] already", Output.BOTH)
    screen.write_line("quiet-2", Stream.OUT, "unseen", Output.LOG)
    screen.write_line("quiet-2", Stream.ERR, "seen", Output.LOG)
    screen.write_message("launch", "INFO", "done")
    assert stream.getvalue() == "[camera-1] hello\n[x-1] already\n[quiet-2] seen\n[INFO] [launch]: done\n"


def test_a_quiet_screen_shows_errors_only():
    stream = io.StringIO()
    screen = Screen(stream, errors_only=True)
    screen.write_line("a-1", Stream.ERR, "[INFO] [1] [a]: hello", Output.SCREEN)
    screen.write_line("a-1", Stream.ERR, "[ERROR] [1] [a]: gone", Output.SCREEN)
    screen.write_message("a-1", "INFO", "process started")
    screen.write_message("a-1", "ERROR", "process has died")
    assert stream.getvalue() == "[a-1] [ERROR] [1] [a]: gone\n[ERROR] [a-1]: process has died\n"


def test_a_reader_that_went_away_does_not_stop_the_graph():
    stream = io.StringIO()
    stream.close()
    Screen(stream).write_message("launch", "INFO", "unheard")


def test_the_log_file_has_everything_with_its_time(tmp_path):
    log = LogFile(tmp_path / "log" / "up.log")
    sink = Tee(log, Screen(io.StringIO()))
    sink.write_line("a-1", Stream.OUT, "100 % hidden", Output.LOG)
    sink.write_message("launch", "WARNING", "careful")
    log.close()
    first, second = log.path.read_text().splitlines()
    assert first.endswith("Z [a-1] 100 % hidden") and first[4] == "-"
    assert second.endswith("Z [WARNING] [launch]: careful")


def test_the_log_file_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr("signage_launch.processes.output._LOG_FILE_BYTES", 1000)
    log = LogFile(tmp_path / "up.log")
    for number in range(200):
        log.write_message("launch", "INFO", f"line {number}")
    log.close()
    files = list(tmp_path.iterdir())
    assert len(files) == 4 and all(file.stat().st_size <= 1000 for file in files)
    assert "line 199" in log.path.read_text()
