"""How a node's program begins: in which Python, and what a signal does before the node can answer it."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from signage_common.entry import ARE_BLOCKED, ENDING_SIGNALS
from signage_common.process_testing import PATIENCE_S, ProgramUnderTest

pytestmark = pytest.mark.fault
SCRIPT = Path(__file__).parents[2] / "deeplens_camera" / "scripts" / "camera"
SAY_WHERE = """
import sys
print('importing', flush=True)
{}
def main():
    print(sys.prefix, sys.argv[1:], flush=True)
"""
WAIT = "import signal\nwhile True: signal.pause()"
SWALLOW = f"try:\n    {WAIT.replace(chr(10), chr(10) + '    ')}\nexcept BaseException:\n    raise ImportError('of C')"
LONG_WINDED = "try:\n    import no_such\nexcept ImportError as e:\n    raise ImportError('many\\nlines') from e"
HELD = """
import time
from signage_common.entry import release_signals

def main():
    print('making', flush=True)
    input()
    try:
        release_signals()
        time.sleep(600)
    except KeyboardInterrupt:
        print('cleaned up', flush=True)
        raise SystemExit(0)
"""
ENDING = """
import signal, sys, time
from signage_common.entry import ENDING_SIGNALS, release_signals

def main():
    came = []
    for number in ENDING_SIGNALS:
        signal.signal(number, lambda *_: came.append(True))
    release_signals()
    print('working', flush=True)
    while not came:
        time.sleep(0.01)
    print('cleaned up')
    sys.exit(3)
"""

LOOP = """
import asyncio, os, signal, sys
from signage_common.entry import ENDING_SIGNALS, answered_in, run_program
from signage_common.errors import exit_status_of

async def work():
    came = asyncio.Event()
    with answered_in(asyncio.get_running_loop(), ENDING_SIGNALS, lambda number: came.set()):
        print('working', flush=True)
        await came.wait()
    for number in ENDING_SIGNALS:  # while the loop is being closed
        os.kill(os.getpid(), number)
    print('closed', flush=True)
    return 3

run_program(lambda: exit_status_of(lambda: asyncio.run(work())))
"""


ELSEWHERE = """
import asyncio, signal, sys, threading, time
from signage_common.entry import answered_in, run_program

def take():
    is_asleep.wait()
    time.sleep(0.1)  # nothing tells that the loop has begun to sleep
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
    threading.Event().wait()

async def work():
    came = asyncio.Event()
    with answered_in(asyncio.get_running_loop(), [signal.SIGTERM], lambda number: came.set()):
        is_asleep.set()
        await came.wait()
    return 3

is_asleep = threading.Event()
threading.Thread(target=take, daemon=True).start()
run_program(lambda: asyncio.run(work()))
"""

EARLY = """
import os, signal
from signage_common.entry import run_program
from signage_common.errors import exit_status_of

def main():
    os.kill(os.getpid(), {number})
    return exit_status_of(lambda: print("works on", flush=True), "stopped")

run_program(main)
"""


@pytest.fixture
def program(tmp_path):
    """Write a node's module; return the real program of a node that runs it, installed in a folder of its own."""

    def write(text: str) -> Path:
        (tmp_path / "slow_node.py").write_text(text)
        path = tmp_path / "install" / "lib" / "slow" / "slow"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(SCRIPT.read_text().replace("deeplens_camera.node", "slow_node"))
        path.chmod(0o755)
        return path

    return write


def environment(tmp_path, **more):
    names = ("SIGNAGE_ROOT", "SIGNAGE_HOME")
    clean = {name: value for name, value in os.environ.items() if name not in names}
    path = os.pathsep.join([str(tmp_path), *filter(None, [clean.get("PYTHONPATH", "")])])
    return {**clean, "PYTHONPATH": path, "SIGNAGE_HOME": str(tmp_path / "home"), **more}


def run(path, tmp_path, *words, **more):
    command = [str(path), *words]
    env = environment(tmp_path, **more)
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=PATIENCE_S)


@pytest.fixture(scope="module")
def venv(tmp_path_factory):
    """A virtual environment as the set-up leaves it."""
    folder = tmp_path_factory.mktemp("made") / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    (folder / "stamps").mkdir()
    (folder / "stamps" / "environment").touch()
    return folder


def place_above(tmp_path, venv):
    (tmp_path / ".venv").symlink_to(venv)
    return {}


def place_of_the_source(tmp_path, venv):
    """The program is a link, as colcon's --symlink-install makes it, to sources elsewhere."""
    clone = tmp_path / "src" / "clone"
    clone.mkdir(parents=True)
    (clone / ".venv").symlink_to(venv)
    installed = tmp_path / "install" / "lib" / "slow" / "slow"
    installed.rename(clone / "slow")
    installed.symlink_to(clone / "slow")
    return {}


def place_beside_the_models(tmp_path, venv):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "venv").symlink_to(venv)
    return {}


def place_named(tmp_path, venv):
    return {"SIGNAGE_ROOT": str(venv.parent)}


@pytest.mark.parametrize("place", [place_above, place_of_the_source, place_beside_the_models, place_named])
def test_a_node_runs_in_the_environment_of_its_workspace_whoever_starts_it(program, tmp_path, venv, place):
    path = program(SAY_WHERE.format(""))
    env = place(tmp_path, venv)
    done = run(path, tmp_path, "--ros-args", "-p", "text:=two words", **env)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == f"{venv.resolve()} ['--ros-args', '-p', 'text:=two words']"


def test_an_environment_that_the_set_up_did_not_make_is_left_alone(program, tmp_path, venv):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / ".venv"], check=True)
    done = run(program(SAY_WHERE.format("")), tmp_path)
    assert done.returncode == 0 and str(tmp_path) not in done.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import no_such_library", "No module named 'no_such_library'"),
        ("from json import NoSuchName", "cannot import name 'NoSuchName' from 'json'"),
        (
            "try:\n    import no_such\nexcept ImportError as e:\n    raise ImportError('many\\nlines') from e",
            "'no_such'",
        ),
    ],
)
def test_what_the_python_lacks_is_one_line_that_names_the_set_up(program, tmp_path, text, reason):
    done = run(program(text), tmp_path)
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith("error: slow_node: ") and done.stderr.count("\n") == 1
    assert reason in done.stderr and "`./signage setup`" in done.stderr


def test_an_environment_whose_python_is_gone_is_one_line(program, tmp_path, venv):
    stamps = tmp_path / ".venv" / "stamps"
    stamps.mkdir(parents=True)
    (stamps / "environment").touch()
    done = run(program(SAY_WHERE.format("")), tmp_path)
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert "No such file" in done.stderr and "`./signage setup`" in done.stderr


@pytest.mark.parametrize("number", ENDING_SIGNALS)
@pytest.mark.parametrize(
    ("text", "ready"), [(SAY_WHERE.format(WAIT), "importing"), (SAY_WHERE.format(SWALLOW), "importing")]
)
def test_a_signal_during_the_imports_ends_quietly_with_status_0(program, tmp_path, text, ready, number):
    with ProgramUnderTest([program(text)], environment(tmp_path)) as running:
        running.wait_for(ready)
        assert running.end(number) == 0
    assert running.errors == ""


@pytest.mark.parametrize("number", ENDING_SIGNALS)
def test_a_signal_while_the_node_is_made_waits_until_it_is_released(program, tmp_path, number):
    command = ["sh", "-c", 'mkfifo "$0"; exec "$1" 0<>"$0"', tmp_path / "input", program(HELD)]
    with ProgramUnderTest(command, environment(tmp_path)) as running:
        running.wait_for("making")
        running.process.send_signal(number)
        (tmp_path / "input").write_text("go on\n")
        assert running.wait() == 0
    assert running.lines == ["making", "cleaned up"] and running.errors == ""


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_no_file_takes_the_place_of_a_stream_that_is_closed(program, tmp_path, closed):
    look = f"""
        def main():
            import pathlib
            found = open({str(tmp_path / "data")!r}, "w")
            print("said")
            pathlib.Path({str(tmp_path / "seen")!r}).write_text(str(found.fileno()))
    """
    path = program(textwrap.dedent(look))
    done = subprocess.run(["bash", "-c", f'"$0" {closed}', path], env=environment(tmp_path), check=False)
    assert done.returncode == 0 and int((tmp_path / "seen").read_text()) > 2 and not (tmp_path / "data").read_text()


@pytest.mark.parametrize("number", ENDING_SIGNALS)
def test_a_signal_that_comes_again_and_again_changes_nothing(program, tmp_path, number):
    with ProgramUnderTest([program(ENDING)], environment(tmp_path)) as running:
        running.wait_for("working")
        while running.process.poll() is None:
            running.process.send_signal(number)
        assert running.wait() == 3
    assert running.lines == ["working", "cleaned up"] and running.errors == ""


def held_signals(pid):
    (line,) = (line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("SigBlk"))
    mask = int(line.split()[1], 16)
    return {number for number in ENDING_SIGNALS if mask >> (number - 1) & 1}


def test_no_program_reaches_python_with_a_signal_that_it_would_answer_with_a_traceback(program, tmp_path):
    """Python looks for a module of this name while it starts, before any line of ours."""
    (tmp_path / "sitecustomize.py").write_text("print('starting', flush=True)\nimport signal\nsignal.pause()")
    with ProgramUnderTest([program(SAY_WHERE.format(""))], environment(tmp_path)) as running:
        running.wait_for("starting")
        assert held_signals(running.process.pid) == set(ENDING_SIGNALS)


def test_who_started_it_with_signals_blocked_gets_them_released(program, tmp_path):
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING_SIGNALS)
    try:
        running = ProgramUnderTest([program(SAY_WHERE.format(WAIT))], environment(tmp_path, **{ARE_BLOCKED: "1"}))
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING_SIGNALS)
    with running:
        running.wait_for("importing")
        assert not held_signals(running.process.pid)
        assert running.end(signal.SIGINT) == 0


def test_all_programs_of_nodes_begin_alike():
    sources = SCRIPT.parents[2]
    packages = ("deeplens_camera", "face_inference", "ad_selector", "signage_bridge")
    scripts = {package: next((sources / package / "scripts").iterdir()) for package in packages}
    texts = {path.read_text().replace(f"{package}.node", "NODE") for package, path in scripts.items()}
    assert len(texts) == 1 and all(os.access(path, os.X_OK) for path in scripts.values())


@pytest.mark.parametrize("number", ENDING_SIGNALS)
def test_after_a_signal_that_a_loop_has_answered_others_change_nothing(number):
    with ProgramUnderTest([sys.executable, "-c", LOOP], dict(os.environ)) as loop:
        loop.wait_for("working")
        assert loop.end(number) == 3
    assert loop.lines == ["working", "closed"] and loop.error_lines == []


def test_a_loop_that_sleeps_answers_a_signal_that_another_thread_got():
    with ProgramUnderTest([sys.executable, "-c", ELSEWHERE], dict(os.environ)) as loop:
        assert loop.wait() == 3
    assert loop.error_lines == []


@pytest.mark.parametrize("number", [*ENDING_SIGNALS, signal.SIGHUP])
def test_a_signal_before_the_work_begins_is_answered_as_one_within(number):
    with ProgramUnderTest([sys.executable, "-c", EARLY.format(number=int(number))], dict(os.environ)) as early:
        assert early.wait() == 1
    assert (early.lines, early.error_lines) == ([], ["stopped"])
