"""Programs whose output goes to closed pipes, full disks, terminals that are gone, and encodings that lack a letter."""

import os
import pty
import signal
import subprocess
import sys

import pytest
from signage_common.process_testing import PATIENCE_S, ProgramUnderTest

pytestmark = pytest.mark.fault
SAY = """
import sys
from pathlib import Path
from signage_common.errors import exit_status_of

def work():
    for number in range(int(sys.argv[1])):
        print(sys.argv[2])
    Path(sys.argv[3]).write_text("done")

sys.exit(exit_status_of(work))
"""
WAIT = """
import signal, sys
from signage_common.errors import exit_status_of

def work():
    print("ready", flush=True)
    while True:
        signal.pause()

sys.exit(exit_status_of(work, "stopped"))
"""
CLEAR_AWAY = """
import contextlib, signal, sys, time
from signage_common.entry import run_program
from signage_common.errors import exit_status_of

def work():
    try:
        print("ready", flush=True)
        while True:
            signal.pause()
    finally:
        time.sleep(0.3)  # as files take that are cleared away
        print("cleared away")

run_program(lambda: exit_status_of(work, "stopped"))
"""
LINES = [1, 20_000]  # what fits into a buffer, and what is written before the end
BUFFERS = [{}, {"PYTHONUNBUFFERED": "1"}]


def say(path, lines, text="Werbung", redirect="", **env):
    """Run the program by a shell; return its exit status, its output and what it said on standard error."""
    script = f'"$0" "$@" {redirect}; echo "$?" >&3'
    status, other = os.pipe()
    with os.fdopen(status) as told:
        command = ["bash", "-c", f"exec 3>&{other}; {script}", sys.executable, "-c", SAY, str(lines), text, str(path)]
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"}
        done = subprocess.run(
            command, capture_output=True, pass_fds=[other], env={**environment, **env}, check=False, timeout=PATIENCE_S
        )
        os.close(other)
        return int(told.readline()), done.stdout, done.stderr.decode()


@pytest.mark.parametrize("env", BUFFERS)
@pytest.mark.parametrize("lines", LINES)
@pytest.mark.parametrize(
    ("redirect", "status", "said"),
    [
        ("> >(true)", 0, ""),
        ("> >(head -1 >/dev/null)", 0, ""),
        (">/dev/full", 1, "error: standard output: No space left on device\n"),
        (">/dev/full 2>&1", 1, ""),
        ("2>/dev/full", 0, ""),
        (">&-", 0, ""),
        (">&- 2>&-", 0, ""),
    ],
)
def test_output_that_fails_never_stops_the_work(tmp_path, redirect, status, said, lines, env):
    done = tmp_path / "done"
    assert say(done, lines, redirect=redirect, **env)[0::2] == (status, said)
    assert done.read_text() == "done"


@pytest.mark.parametrize("env", [{}, {"PYTHONUNBUFFERED": "1"}])
@pytest.mark.parametrize(
    ("locale", "text", "written"),
    [
        ({"LC_ALL": "C.UTF-8"}, "광고 ä".encode(), "광고 ä".encode()),
        ({"LC_ALL": "C"}, "광고".encode(), "광고".encode()),
        ({"PYTHONIOENCODING": "ascii"}, "광고 ä".encode(), b"\\uad11\\uace0 \\xe4"),
        ({"PYTHONIOENCODING": "latin-1"}, "광고 ä".encode(), b"\\uad11\\uace0 \xe4"),
        ({"LC_ALL": "C.UTF-8"}, b"Jos\xe9", b"Jos\xe9"),
        ({"PYTHONIOENCODING": "ascii"}, b"Jos\xe9", b"Jos\xe9"),
    ],
)
def test_any_text_is_written_in_any_encoding(tmp_path, locale, text, written, env):
    clean = {"LC_ALL": "C.UTF-8", "PYTHONUTF8": "0", **locale}
    assert say(tmp_path / "done", 1, text, **clean, **env) == (0, written + b"\n", "")


def test_a_terminal_that_is_gone_stops_nothing(tmp_path):
    ours, theirs = pty.openpty()
    done = tmp_path / "done"
    command = [sys.executable, "-c", SAY, "20000", "x", str(done)]
    with subprocess.Popen(command, stdout=theirs, stderr=theirs, stdin=theirs) as program:
        os.close(theirs)
        os.read(ours, 1)
        os.close(ours)
        assert program.wait(PATIENCE_S) == 1  # what was said is not whole
    assert done.read_text() == "done"


def test_a_full_pipe_that_does_not_block_is_waited_for(tmp_path):
    ours, theirs = os.pipe()
    os.set_blocking(theirs, False)
    command = [sys.executable, "-c", SAY, "20000", "0123456789", str(tmp_path / "done")]
    with subprocess.Popen(command, stdout=theirs) as program, os.fdopen(ours, "rb") as reader:
        os.close(theirs)
        assert reader.read() == b"0123456789\n" * 20_000
        assert program.wait(PATIENCE_S) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_whatever_ends_a_program_is_answered_as_ctrl_c(number):
    with ProgramUnderTest([sys.executable, "-c", WAIT]) as program:
        program.wait_for("ready")
        assert program.end(number) == 1
    assert program.errors == "stopped\n"


def test_who_ignores_the_end_of_the_terminal_goes_on():
    with ProgramUnderTest(["nohup", sys.executable, "-c", WAIT]) as program:
        program.wait_for("ready")
        program.process.send_signal(signal.SIGHUP)
        assert program.end(signal.SIGTERM) == 1
    assert program.error_lines[-1] == "stopped"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_comes_again_and_again_is_one_wish(number):
    with ProgramUnderTest([sys.executable, "-c", CLEAR_AWAY], dict(os.environ)) as program:
        program.wait_for("ready")
        while program.process.poll() is None:
            program.process.send_signal(number)
        assert program.wait() == 1
    assert program.lines == ["ready", "cleared away"] and program.errors == "stopped\n"
