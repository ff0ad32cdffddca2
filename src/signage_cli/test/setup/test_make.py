"""The set-up as a whole: order, repetition, two callers at once."""

import os
import subprocess
import sys

from signage_cli.setup.fingerprint import fingerprint
from signage_cli.setup.layout import Layout
from signage_cli.setup.make import _perform
from signage_cli.setup.step import Step

TWO_CALLERS = """
import sys
from pathlib import Path
from signage_cli.setup.make import _locked
log = Path(sys.argv[2])
with _locked(Path(sys.argv[1])):
    log.open("a").write("in\\n")
    sys.stdin.readline() if sys.argv[3] == "first" else None
    log.open("a").write("out\\n")
"""


def counting_step(folder, name, inputs, calls):
    product = folder / name

    def run(progress):
        calls.append(name)
        product.write_text(name)

    return Step(name, folder / f"{name}.stamp", lambda: fingerprint(inputs), [product], run)


def test_only_what_changed_is_made_again(tmp_path):
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_text("1")
    second.write_text("1")
    calls = []
    steps = [counting_step(tmp_path, "one", [first], calls), counting_step(tmp_path, "two", [second], calls)]
    layout = Layout(tmp_path, tmp_path / "home")
    _perform(layout, steps)
    _perform(layout, steps)
    second.write_text("2")
    _perform(layout, steps)
    assert calls == ["one", "two", "two"]


def test_two_callers_take_turns(tmp_path):
    log = tmp_path / "log"
    command = [sys.executable, "-c", TWO_CALLERS, str(tmp_path / "lock"), str(log)]
    pipes = {"stdin": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "env": os.environ}
    with subprocess.Popen([*command, "first"], **pipes) as first:
        while not log.exists() or not log.read_text():
            assert first.poll() is None
        with subprocess.Popen([*command, "second"], **pipes) as second:
            assert "Waiting for another" in second.stderr.readline()
            first.communicate("go\n", timeout=20)
            second.communicate(timeout=20)
    assert log.read_text().split() == ["in", "out", "in", "out"]
