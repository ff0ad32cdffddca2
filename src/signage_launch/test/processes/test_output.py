import contextlib
import io
import os
import shutil
import stat

import pytest
from signage_common.errors import SignageError
from signage_launch.launch_xml.plan import Output
from signage_launch.processes.output import LogFile, Screen, Stream, Tee, is_error, open_log, tells_of_persons


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


AUDIENCE = "[INFO] [1700000000.123456789] [deeplens1.face_inference.audience]: face 3: 20f"


@pytest.fixture
def log(tmp_path):
    with contextlib.closing(LogFile(tmp_path / "log" / "up.log")) as log:
        yield log


def written(log):
    log.flush()
    return [line.split("Z ", 1)[1] for line in log.path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.fault
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (AUDIENCE, True),
        (f"[face_inference-2] {AUDIENCE}", True),
        (f"\x1b[33m{AUDIENCE}\x1b[0m", True),
        ("deeplens1.ad_selector.audience 20f", True),
        ("[INFO] [1.5] [deeplens1.ad_selector]: audience: nobody", False),
        ("[INFO] [1.5] [deeplens1.audience_counter]: started", False),
    ],
)
def test_lines_that_tell_of_persons(text, expected):
    assert tells_of_persons(text) is expected


@pytest.mark.fault
def test_what_tells_of_persons_is_on_the_screen_and_not_in_the_file(log):
    screen = io.StringIO()
    sink = Tee(Screen(screen), log)
    for label in ("face_inference-2", ""):
        sink.write_line(label, Stream.ERR, AUDIENCE, Output.SCREEN)
    sink.write_line("camera-1", Stream.ERR, "frames come", Output.SCREEN)
    assert screen.getvalue().count("20f") == 2 and written(log) == ["[camera-1] frames come"]


@pytest.mark.fault
@pytest.mark.parametrize(
    ("asked", "expected"), [("0", ["[a-1] frames come"]), ("1", [f"[a-1] {AUDIENCE}", "[a-1] frames come"])]
)
def test_the_journal_keeps_it_for_who_asks_for_it_only(tmp_path, monkeypatch, asked, expected):
    monkeypatch.setenv("SIGNAGE_LOG_AUDIENCE", asked)
    with (tmp_path / "journal").open("w") as journal:
        state = os.fstat(journal.fileno())
        monkeypatch.setenv("JOURNAL_STREAM", f"{state.st_dev}:{state.st_ino}")
        screen = Screen(journal)
        for text in (AUDIENCE, "frames come"):
            screen.write_line("a-1", Stream.ERR, text, Output.SCREEN)
        screen.flush()
    assert (tmp_path / "journal").read_text().splitlines() == expected


@pytest.mark.fault
def test_it_is_in_the_file_for_who_asks_for_it(tmp_path, monkeypatch):
    monkeypatch.setenv("SIGNAGE_LOG_AUDIENCE", "1")
    with contextlib.closing(LogFile(tmp_path / "up.log")) as log:
        log.write_line("a-1", Stream.ERR, AUDIENCE, Output.SCREEN)
        assert written(log) == [f"[a-1] {AUDIENCE}"]


@pytest.mark.fault
def test_files_and_their_folder_are_the_users_own_those_of_before_too(tmp_path):
    before = os.umask(0)
    try:
        (tmp_path / "log").mkdir(mode=0o755)
        (tmp_path / "log" / "up.log").write_text("old\n")
        with contextlib.closing(LogFile(tmp_path / "log" / "up.log")) as log:
            for _ in range(6):
                log.write_message("launch", "INFO", "x" * 990_000)
                log.flush()
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "log").iterdir()}
    assert modes == {"up.log": 0o600, "up.log.1": 0o600}
    assert stat.S_IMODE((tmp_path / "log").stat().st_mode) == 0o700


@pytest.mark.fault
def test_a_full_disk_costs_lines_and_is_told_in_the_file_once_there_is_room(tmp_path, capfd):
    path = tmp_path / "up.log"
    path.symlink_to("/dev/full")
    with contextlib.closing(LogFile(path)) as log:
        log.write_message("launch", "INFO", "one")
        log.write_message("launch", "INFO", "two")
        log.flush()
        path.unlink()
        log.write_message("launch", "INFO", "three")
        log.flush()
    first, second = path.read_text().splitlines()
    assert first == "[WARNING] [launch]: 2 lines are missing here: No space left on device"
    assert second.endswith("Z [INFO] [launch]: three") and capfd.readouterr() == ("", "")


@pytest.mark.fault
def test_a_folder_that_somebody_removes_is_made_again(log):
    for _ in range(5):
        log.write_message("launch", "INFO", "x" * 990_000)
        log.flush()
    shutil.rmtree(log.path.parent)
    log.write_message("launch", "INFO", "y" * 100_000)
    assert written(log) == [f"[INFO] [launch]: {'y' * 100_000}"]


@pytest.mark.fault
def test_a_pipe_in_place_of_the_file_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "up.log")
    with pytest.raises(OSError):
        LogFile(tmp_path / "up.log")


@pytest.mark.fault
def test_where_the_home_is_another_users_the_log_is_in_the_users_own_state_folder(tmp_path, monkeypatch):
    (tmp_path / "home").touch()
    monkeypatch.setenv("SIGNAGE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with contextlib.closing(open_log("up.log")) as log:
        assert log.path == tmp_path / "state" / "signage" / "log" / "up.log"
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "home"))
    with pytest.raises(SignageError, match=r"no log file: .*/home/log: Not a directory; .*/home/signage/log"):
        open_log("up.log")
    monkeypatch.setenv("XDG_STATE_HOME", "~no-such-user/state")
    with pytest.raises(SignageError, match="~no-such-user/state: no such home folder"):
        open_log("up.log")
