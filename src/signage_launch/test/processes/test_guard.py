import os
import signal
import subprocess
import sys

import pytest
from signage_launch.processes import guard


def run(parent, *program):
    command = [sys.executable, "-I", "-S", guard.__file__, str(parent), str(int(signal.SIGKILL)), "-1", *program]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_program_takes_its_place_with_its_exit_status():
    end = run(os.getpid(), "sh", "-c", "echo $0 $1; exit 7", "a b", "c")
    assert (end.returncode, end.stdout) == (7, "a b c\n")


def test_a_program_that_does_not_exist_is_named():
    end = run(os.getpid(), "/no/such/program")
    assert end.returncode == 127 and end.stderr == "error: /no/such/program: No such file or directory\n"


def test_nothing_is_run_when_the_parent_is_gone_already():
    end = run(1 if os.getpid() != 1 else 2, "echo", "hello")
    assert (end.returncode, end.stdout) == (1, "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_that_were_ignored_are_heard_again(number):
    program = f"import signal; print(signal.getsignal({int(number)}) is signal.SIG_IGN)"
    before = signal.signal(number, signal.SIG_IGN)
    try:
        assert run(os.getpid(), sys.executable, "-c", program).stdout == "False\n"
    finally:
        signal.signal(number, before)


@pytest.mark.fault
@pytest.mark.parametrize(("variable", "expected"), [("1", "[2, 15]\n"), ("0", "[]\n")])
def test_blocked_signals_are_released_unless_the_program_does_it_itself(variable, expected, monkeypatch):
    monkeypatch.setenv("SIGNAGE_SIGNALS_BLOCKED", variable)
    program = "import signal; print(sorted(map(int, signal.pthread_sigmask(signal.SIG_BLOCK, []))))"
    before = signal.pthread_sigmask(signal.SIG_BLOCK, guard.BLOCKED)
    try:
        assert run(os.getpid(), sys.executable, "-c", program).stdout == expected
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
