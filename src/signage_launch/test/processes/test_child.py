import pytest
from signage_launch.launch_xml.plan import Respawn
from signage_launch.processes.child import LauncherLines, LineSplitter, RestartPolicy


def test_what_is_not_to_respawn_does_not():
    assert RestartPolicy(Respawn(False, 1.0)).delay_after(1, 0.0) is None


def test_bad_configuration_is_not_tried_again():
    assert RestartPolicy(Respawn(True, 1.0)).delay_after(2, 100.0) is None


def test_the_delay_doubles_while_it_ends_quickly_and_starts_anew_after_a_long_run():
    policy = RestartPolicy(Respawn(True, 1.0))
    assert [policy.delay_after(1, 0.1) for _ in range(8)] == [1, 2, 4, 8, 16, 30, 30, 30]
    assert policy.delay_after(-9, 60.0) == 1
    assert policy.delay_after(1, 0.1) == 1 and policy.delay_after(1, 0.1) == 2


def test_a_clean_end_is_followed_by_a_start_too():
    assert RestartPolicy(Respawn(True, 0.5)).delay_after(0, 60.0) == 0.5


def test_a_delay_longer_than_the_limit_is_kept():
    assert RestartPolicy(Respawn(True, 60.0)).delay_after(1, 0.1) == 60


def test_retries_are_counted():
    policy = RestartPolicy(Respawn(True, 0.0, 2))
    assert [policy.delay_after(1, 0.0) for _ in range(3)] == [0, 0, None]


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
