"""Lines of progress, and programs that run for a step."""

import io

import psutil
import pytest
from signage_cli.setup.running import Programs, Progress, RunningStep
from signage_common.errors import SignageError
from signage_common.process_testing import PATIENCE_S

ENV = {"PATH": "/usr/bin:/bin"}


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def step(tmp_path):
    return RunningStep(tmp_path / "log", lambda text: None, Programs())


def test_progress_in_a_log_is_sparse_and_on_a_terminal_one_line():
    log, terminal = io.StringIO(), Terminal()
    for stream in (log, terminal):
        with Progress(1, stream).step("Thing") as step:
            for number in range(100):
                step.show(f"{number} of 100")
    assert len(log.getvalue().splitlines()) == 2
    assert "99 of 100" in terminal.getvalue() and terminal.getvalue().count("\n") == 1


def test_the_line_on_a_terminal_names_all_that_run(monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    terminal = Terminal()
    progress = Progress(3, terminal)
    with progress.step("Workspace") as workspace:
        workspace.show("4 of 13 packages")
        with progress.step("Demo film") as film:
            film.show("frames: 396 of 1980, and a number of further words that there is no room for")
            line = terminal.getvalue().split("\r\x1b[K")[-1]
    assert line.startswith("Workspace 4 of 13 | Demo film 396 of 1980")
    assert len(line) < 100
    whole = [part for part in terminal.getvalue().split("\r\x1b[K") if part.endswith("\n")]
    assert whole == ["[2/3] Demo film: done in 0 s\n", "[1/3] Workspace: done in 0 s\n"]


def test_in_a_log_each_step_says_when_it_begins_and_ends():
    log = io.StringIO()
    progress = Progress(2, log)
    with progress.step("Workspace"), progress.step("Page"):
        progress.refresh()
    assert log.getvalue().splitlines() == [
        "[1/2] Workspace: ...",
        "[2/2] Page: ...",
        "[2/2] Page: done in 0 s",
        "[1/2] Workspace: done in 0 s",
    ]


def test_a_step_that_fails_does_not_say_that_it_is_done():
    log = io.StringIO()
    with pytest.raises(KeyboardInterrupt), Progress(1, log).step("Page"):
        raise KeyboardInterrupt
    assert log.getvalue() == "[1/1] Page: ...\n"


def test_a_failing_program_is_told_with_its_last_lines(step, tmp_path):
    with pytest.raises(SignageError, match="sh ended with status 3") as error:
        step.run(["sh", "-c", "echo out; echo why >&2; exit 3"], ENV)
    assert "why" in str(error.value) and str(tmp_path / "log") in str(error.value)
    assert "out\nwhy\n" in (tmp_path / "log").read_text()


@pytest.mark.fault
def test_bytes_that_are_no_text_are_logged_as_they_came(step, tmp_path):
    shown = []
    step.run(["sh", "-c", "printf 'Jos\\351\\n'; echo \"$0\"", "Ren\udce9"], ENV, on_line=shown.append)
    assert shown == ["Jos\udce9", "Ren\udce9"]
    assert b"Jos\xe9\nRen\xe9\n" in (tmp_path / "log").read_bytes()


def test_a_program_that_is_not_there_is_named(step):
    with pytest.raises(SignageError, match="no-such-program"):
        step.run(["no-such-program"], ENV)


def test_an_interrupt_ends_a_program_with_all_that_it_started(step):
    def interrupt(line):
        started.append(int(line))
        raise KeyboardInterrupt

    started = []
    with pytest.raises(KeyboardInterrupt):
        step.run(["sh", "-c", "sleep 600 & echo $!; wait"], ENV, on_line=interrupt)
    alive = [psutil.Process(pid) for pid in started if psutil.pid_exists(pid)]
    _, alive = psutil.wait_procs(alive, timeout=PATIENCE_S)
    assert started and not [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]


def test_once_all_are_ended_no_program_starts(tmp_path):
    programs = Programs()
    programs.end_all()
    with pytest.raises(SignageError, match="touch: not started"):
        RunningStep(tmp_path / "log", lambda text: None, programs).run(["touch", tmp_path / "new"], ENV)
    assert not (tmp_path / "new").exists()
