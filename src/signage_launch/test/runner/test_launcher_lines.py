from signage_launch.runner.launcher_lines import LauncherLines


def test_a_process_that_gave_up_is_told_by_its_own_line():
    lines = LauncherLines()
    assert lines.take("[camera-1] error: film.webm: not found") is None
    assert lines.take("[INFO] [camera-1]: process started with pid [7]") is None
    assert lines.take("[ERROR] [camera-1]: process has died [pid 7, exit code 2, cmd 'x'].") == "film.webm: not found"


def test_one_that_said_nothing_is_named():
    died = "[ERROR] [camera-1]: process has died [pid 7, exit code 2, cmd 'x']."
    assert LauncherLines().take(died) == "camera-1 ended with exit status 2"


def test_other_ends_are_not_meant():
    for status in ("1", "-9", "-2", "20", "255"):
        assert (
            LauncherLines().take(f"[ERROR] [camera-1]: process has died [pid 2, exit code {status}, cmd 'x'].") is None
        )
