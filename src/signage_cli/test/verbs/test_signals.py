"""A signal at any moment of a verb ends it quietly."""

import os
import signal
import sys
from pathlib import Path

import pytest
from signage_common.entry import ENDING_SIGNALS
from signage_common.home import signage_home
from signage_common.process_testing import ProgramUnderTest, wait_until

pytestmark = pytest.mark.fault
STARTING = """
import signal, sys
print("starting", flush=True)
while not set(signal.sigpending()) & {signal.SIGINT, signal.SIGTERM}:
    signal.sigtimedwait([], 0.01)
"""
"""Python looks for ``sitecustomize`` while it starts; this one waits there until a signal has come."""
VERBS = [
    (["up", "source:=synthetic"], 0, ""),
    (["demo", "source:=synthetic"], 0, ""),
    (["record"], 0, ""),
    (["play", "bag"], 0, ""),
    (["bench", "pipeline"], 1, "stopped before the end: nothing was written"),
    (["evaluate", "."], 1, "stopped before the end: nothing was written"),
    (["train", "."], 1, "stopped before the end; --resume goes on from here"),
    (["test", "--version"], 1, "stopped before the end"),
]


def held_signals(pid):
    (line,) = (line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("SigBlk"))
    return {number for number in ENDING_SIGNALS if int(line.split()[1], 16) >> (number - 1) & 1}


@pytest.fixture
def handed_over(pytestconfig, monkeypatch):
    """Start a verb as the front door hands over to it: with signals held."""
    monkeypatch.setenv("SIGNAGE_ROOT", str(pytestconfig.rootpath))

    def start(*words, env=None):
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING_SIGNALS)
        try:
            return ProgramUnderTest([sys.executable, "-m", f"signage_cli.verbs.{words[0]}", *words[1:]], env)
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING_SIGNALS)

    return start


@pytest.fixture
def waiting_start(tmp_path, monkeypatch):
    """Have every Python wait, while it starts, for a signal."""
    (tmp_path / "sitecustomize.py").write_text(STARTING)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{os.environ.get('PYTHONPATH', '')}")


@pytest.mark.parametrize("number", ENDING_SIGNALS)
def test_the_front_door_holds_signals_while_python_starts(pytestconfig, waiting_start, number):
    with ProgramUnderTest([pytestconfig.rootpath / "signage", "doctor"]) as program:
        program.wait_for("starting")
        assert held_signals(program.process.pid) == set(ENDING_SIGNALS)
        assert program.end(number) == 1
    assert program.error_lines == ["", "stopped; the next call goes on from here"]


@pytest.mark.parametrize("number", ENDING_SIGNALS)
@pytest.mark.parametrize(("words", "status", "said"), VERBS, ids=[words[0] for words, _, _ in VERBS])
def test_a_verb_answers_what_came_while_it_started(handed_over, waiting_start, words, status, said, number):
    with handed_over(*words) as program:
        program.wait_for("starting")
        assert program.end(number) == status
    assert program.error_lines == ([said] if said else [])
    assert program.lines == ["starting"]


STAGES = ["_asyncio", "_ssl", "numpy", "cv2", "_yaml"]
"""Libraries that a graph's verb loads one after the other, all of them partly written in C."""


def has_loaded(process, names):
    try:
        maps = Path(f"/proc/{process.pid}/maps").read_text()
    except FileNotFoundError:
        return True
    return any(name in maps for name in names.split("|")) or process.poll() is not None


@pytest.mark.graph
@pytest.mark.parametrize("number", [*ENDING_SIGNALS, signal.SIGHUP])
@pytest.mark.parametrize("stage", STAGES)
def test_a_verb_that_loads_libraries_ends_quietly(graph, handed_over, stage, number):
    if not (signage_home() / "models" / "manifest.json").exists():
        pytest.skip("the models are missing: `./signage setup` makes them")
    with handed_over("up", "source:=synthetic", "http_port:=0", "rosbridge_port:=0", env=graph.env) as program:
        wait_until(lambda: has_loaded(program.process, stage), stage)
        assert program.end(number) in (0, -signal.SIGHUP)  # that one is not held while Python starts
    assert program.errors == ""
