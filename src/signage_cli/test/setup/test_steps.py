"""Which steps are due, and doing them: order, side by side, repetition, errors, interrupts, two callers at once."""

import io
import os
import signal
import subprocess
import sys
import threading

import psutil
import pytest
from signage_cli.setup.machine import Layout
from signage_cli.setup.running import Programs, Progress
from signage_cli.setup.steps import Step, check_space, ensure, files_below, fingerprint, perform, steps_due
from signage_common.errors import SignageError
from signage_common.process_testing import PATIENCE_S, ProgramUnderTest, wait_until

TWO_CALLERS = """
import sys
from pathlib import Path
from signage_cli.setup.steps import locked
log = Path(sys.argv[2])
with locked(Path(sys.argv[1])):
    log.open("a").write("in\\n")
    sys.stdin.readline() if sys.argv[3] == "first" else None
    log.open("a").write("out\\n")
"""
INTERRUPTED = """
import signal, sys
from pathlib import Path
from signage_cli.setup.machine import Layout
from signage_cli.setup.steps import Step, ensure
from signage_common.errors import exit_status_of
folder = Path(sys.argv[1])
signal.signal(signal.SIGTERM, signal.default_int_handler)
sys.stdout.reconfigure(line_buffering=True)

def sleep(step):
    command = ["sh", "-c", "sleep 600 & echo $!; wait"]
    step.run(command, {"PATH": "/usr/bin:/bin"}, on_line=lambda pid: sys.stdout.write(f"{pid}\\n"))

steps = [Step(name, name, folder / f"{name}.stamp", str, [], sleep) for name in ("one", "two")]
sys.exit(exit_status_of(lambda: ensure(Layout(folder, folder / "home"), steps), "stopped"))
"""
SLEEPER = ["sh", "-c", "sleep 600 & echo $!; wait"]
ENV = {"PATH": "/usr/bin:/bin"}


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "source"
    path.write_text("one")
    return path


@pytest.fixture
def layout(tmp_path):
    return Layout(tmp_path, tmp_path / "home")


def step_of(source, work, name="thing", needs=()):
    made = source.parent / f"made-{name}"
    stamp = source.parent / "stamps" / name
    return Step(name, name.title(), stamp, lambda: fingerprint([source]), [made], lambda step: work(made), needs)


def perform_one(step):
    out = io.StringIO()
    step.perform(step.stamp.with_suffix(".log"), Progress(1, out), Programs())
    return out.getvalue()


def perform_all(layout, steps):
    out = io.StringIO()
    perform(layout, steps, Progress(len(steps), out))
    return out.getvalue()


def are_gone(pids):
    alive = [psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)]
    _, alive = psutil.wait_procs(alive, timeout=PATIENCE_S)
    return not [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]


def test_a_step_is_done_until_its_inputs_change_or_its_product_is_gone(source):
    step = step_of(source, lambda made: made.write_text("made"))
    assert not step.is_done()
    assert perform_one(step).splitlines()[-1] == "[1/1] Thing: done in 0 s"
    assert step.is_done()
    source.write_text("two")
    assert not step.is_done()
    perform_one(step)
    (source.parent / "made-thing").unlink()
    assert not step.is_done()


def test_an_interrupted_step_is_not_done(source):
    def interrupted(made):
        made.write_text("half")
        raise KeyboardInterrupt

    perform_one(step_of(source, lambda made: made.write_text("made")))
    step = step_of(source, interrupted)
    with pytest.raises(KeyboardInterrupt):
        perform_one(step)
    assert not step.is_done()


def test_fingerprint_sees_contents_names_and_words(source):
    first = fingerprint([source], [source], ["word"])
    assert first == fingerprint([source], [source], ["word"])
    assert first != fingerprint([source], [source], ["other"])
    assert first != fingerprint([source], [], ["word"])
    source.write_text("two")
    assert first != fingerprint([source], [source], ["word"])


def test_caches_are_no_inputs(source):
    for name in ("a.py", "node_modules/b.js", "__pycache__/c.pyc"):
        path = source.parent / "tree" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert [path.name for path in files_below(source.parent / "tree", source)] == ["source", "a.py"]


def test_folders_that_another_step_may_be_replacing_are_not_entered(tmp_path, monkeypatch):
    for name in (
        "src/a.py",
        "src/web/node_modules/a/b.js",
        "src/__pycache__/a.pyc",
        "src/x.egg-info/S.txt",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    entered, scandir = [], os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: entered.append(str(path).rpartition("/")[2]) or scandir(path))
    assert files_below(tmp_path / "src") == [tmp_path / "src" / "a.py"]
    assert entered == ["src", "web"]


def counting_step(folder, name, inputs, calls):
    product = folder / name

    def run(step):
        calls.append(name)
        product.write_text(name)

    return Step(name, name, folder / f"{name}.stamp", lambda: fingerprint(inputs), [product], run)


def test_only_what_changed_is_made_again(tmp_path, layout):
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_text("1")
    second.write_text("1")
    calls = []
    steps = [counting_step(tmp_path, "one", [first], calls), counting_step(tmp_path, "two", [second], calls)]
    ensure(layout, steps)
    ensure(layout, steps)
    second.write_text("2")
    ensure(layout, steps)
    assert sorted(calls) == ["one", "two", "two"]


def test_what_comes_first_is_asked_for_only_if_anything_is_to_be_done(tmp_path, layout):
    calls = []
    steps = [counting_step(tmp_path, "one", [], calls)]
    first = counting_step(tmp_path, "tools", [], calls)
    ensure(layout, steps, lambda: [first])
    ensure(layout, steps, lambda: pytest.fail("nothing is to be done"))
    assert sorted(calls) == ["one", "tools"]


def test_a_step_waits_for_those_that_it_needs_and_for_no_other(source, layout):
    meeting = threading.Barrier(2, timeout=PATIENCE_S)  # passed only by two steps that run at the same time
    order = []

    def meet(made):
        meeting.wait()
        order.append(made.name)
        made.touch()

    def note(made):
        order.append(made.name)
        made.touch()

    steps = [
        step_of(source, meet, "left"),
        step_of(source, note, "end", needs=["left", "right", "not-asked-for"]),
        step_of(source, meet, "right"),
    ]
    text = perform_all(layout, steps)
    assert set(order[:2]) == {"made-left", "made-right"} and order[2:] == ["made-end"]
    assert text.splitlines()[-1] == "[3/3] End: done in 0 s"
    assert all(step.is_done() for step in steps)


def test_what_lies_in_a_folder_that_is_made_anew_is_due_too(tmp_path):
    folder = tmp_path / "environment"
    folder.mkdir()
    environment = Step("environment", "", folder / "stamp", str, [], lambda step: None, clears=folder)
    inside = Step("packages", "", folder / "packages", str, [], lambda step: None)
    beside = Step("page", "", tmp_path / "page", str, [], lambda step: None)
    for step in (inside, beside):
        step.stamp.write_text("")
    assert steps_due([environment, inside, beside]) == [environment, inside]
    environment.stamp.write_text("")
    assert steps_due([environment, inside, beside]) == []


def test_an_error_ends_what_other_steps_run_and_starts_nothing_more(source, layout):
    started, is_started = [], threading.Event()

    def sleep(step):
        def on_line(line):
            started.append(int(line))
            is_started.set()

        step.run(SLEEPER, ENV, on_line=on_line)

    def fail(made):
        assert is_started.wait(PATIENCE_S)
        raise SignageError("no such page")

    sleeper = Step("sleeper", "Sleeper", source.parent / "sleeper.stamp", str, [], sleep)
    after = step_of(source, lambda made: made.touch(), "after", needs=["fail"])
    with pytest.raises(SignageError, match=r"^no such page$"):
        perform_all(layout, [sleeper, step_of(source, fail, "fail"), after])
    assert are_gone(started)
    assert not sleeper.is_done() and not (source.parent / "made-after").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_all_steps_with_all_that_they_started(tmp_path, number):
    with ProgramUnderTest([sys.executable, "-c", INTERRUPTED, tmp_path]) as program:
        pids = [int(match[0]) for match in program.wait_for(r"^\d+$", count=2)]
        assert program.end(number) == 1
    assert are_gone(pids)
    assert program.error_lines[-1] == "stopped" and not list(tmp_path.glob("*.stamp"))


def test_two_callers_take_turns(tmp_path):
    log = tmp_path / "log"
    command = [sys.executable, "-c", TWO_CALLERS, str(tmp_path / "lock"), str(log)]
    pipes = {"stdin": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "env": os.environ}
    with subprocess.Popen([*command, "first"], **pipes) as first:
        wait_until(lambda: log.exists() and log.read_text(), "the first caller")
        with subprocess.Popen([*command, "second"], **pipes) as second:
            assert "Waiting for another" in second.stderr.readline()
            first.communicate("go\n", timeout=PATIENCE_S)
            second.communicate(timeout=PATIENCE_S)
    assert log.read_text().split() == ["in", "out", "in", "out"]


def test_a_full_disk_is_refused_beforehand(tmp_path, layout, capsys):
    step = Step("thing", "Thing", tmp_path / "stamp", str, [], lambda step: None, download_mb=7, disk_mb=10**9)
    with pytest.raises(SignageError, match="MB needed"):
        check_space(layout, [step])
    assert "about 7 MB to download" in capsys.readouterr().err
