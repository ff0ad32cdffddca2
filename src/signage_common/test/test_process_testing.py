"""The fixture of all tests that run programs, by a real small program."""

import signal
import sys

import psutil
import pytest
from signage_common.process_testing import ProgramUnderTest, wait_until

ENDLESS = "import time; time.sleep(600)"
START_CHILD = f"""
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", {ENDLESS!r}], start_new_session={{in_own_session}})
print("child", child.pid, flush=True)
{{then}}
"""


def python(text, **kwargs):
    return ProgramUnderTest([sys.executable, "-u", "-c", text], **kwargs)


def is_running(pid):
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def test_both_outputs_are_read_as_they_come():
    with python("import sys, time; print('ready'); print('hm', file=sys.stderr); time.sleep(600)") as program:
        assert program.wait_for("^rea(dy)$")[0][1] == "dy"
        program.wait_for("hm", on_errors=True)
        assert (program.lines, program.error_lines, program.errors) == (["ready"], ["hm"], "hm\n")
        assert program.process.poll() is None


def test_as_many_lines_as_are_asked_for():
    with python("print('a 1'); print('b'); print('a 2'); print('a 3')") as program:
        assert [match[1] for match in program.wait_for(r"a (\d)", count=3)] == ["1", "2", "3"]


def test_its_own_status_and_all_that_it_said():
    with python("import sys; print('last words'); sys.exit(3)") as program:
        assert program.wait() == 3 and program.lines == ["last words"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it(number):
    with python(f"import signal, time; signal.signal({int(number)}, signal.SIG_DFL); print(1); {ENDLESS}") as program:
        program.wait_for("1")
        assert program.end(number) == -number


def test_waiting_ends_with_the_program():
    with python("print('something else')") as program, pytest.raises(RuntimeError, match="status 0 before 1 x 'ready'"):
        program.wait_for("ready")


def test_the_environment_is_the_one_that_is_given(monkeypatch):
    monkeypatch.setenv("OURS", "1")
    text = "import os; print(os.environ.get('OURS'), os.environ.get('THEIRS'))"
    with python(text) as one, python(text, env={"THEIRS": "2"}) as other:
        assert (one.wait(), other.wait()) == (0, 0)
        assert (one.lines, other.lines) == (["1 None"], ["None 2"])


def test_bytes_that_are_no_text_are_shown():
    with python("import sys; sys.stdout.buffer.write(b'\\xff\\n')") as program:
        program.wait_for(r"^\\xff$")


@pytest.mark.parametrize("in_own_session", [False, True])
def test_what_it_started_is_killed_with_it(in_own_session):
    with python(START_CHILD.format(in_own_session=in_own_session, then=ENDLESS)) as program:
        pid = int(program.wait_for(r"child (\d+)")[0][1])
        assert is_running(pid)
    wait_until(lambda: not is_running(pid), "end of the child")


def test_what_it_left_behind_is_killed_too():
    with python(START_CHILD.format(in_own_session=False, then="")) as program:
        pid = int(program.wait_for(r"child (\d+)")[0][1])
        wait_until(lambda: program.process.poll() is not None, "end of the program")
        assert is_running(pid)
    wait_until(lambda: not is_running(pid), "end of the child")


def test_closing_twice_does_no_harm():
    program = python(ENDLESS)
    program.close()
    program.close()
    assert program.process.returncode == -signal.SIGKILL


def test_waiting_returns_what_came():
    answers = iter([None, [], "it"])
    assert wait_until(lambda: next(answers), "an answer") == "it"


@pytest.mark.parametrize("what", ["a miracle", lambda: "a miracle"])
def test_waiting_for_what_never_comes_ends(what):
    with pytest.raises(TimeoutError, match=r"did not come within 0\.01 s: a miracle"):
        wait_until(lambda: False, what, timeout_s=0.01)
