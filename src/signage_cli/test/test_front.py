import subprocess
import sys

import pytest

from signage_cli import front


def call(root, *arguments):
    command = [sys.executable, str(root / "signage"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", timeout=60)


@pytest.mark.parametrize(
    ("arguments", "status", "out", "err"),
    [
        (["--help"], 0, "usage: ./signage VERB", ""),
        ([], 2, "usage: ./signage VERB", ""),
        (["--version"], 0, f"signage {front.VERSION}", ""),
        (["demoo"], 2, "", "error: unknown verb 'demoo'; did you mean demo?"),
        (["xyz"], 2, "", "error: unknown verb 'xyz'; expected one of setup, demo"),
        (["setup", "now"], 2, "", "error: setup: unknown extra 'now'; expected no arguments, or detectors"),
        (["doctor", "now"], 2, "", "error: doctor takes no arguments, got 'now'"),
        *(([verb, "--help"], 0, "usage: ./signage", "") for verb in front.VERBS),
    ],
)
def test_front_door(pytestconfig, arguments, status, out, err):
    answer = call(pytestconfig.rootpath, *arguments)
    assert answer.returncode == status, answer.stderr
    assert answer.stdout.startswith(out)
    assert answer.stderr.startswith(err) and answer.stderr.count("\n") <= 1


def test_doctor_names_every_step(pytestconfig):
    answer = call(pytestconfig.rootpath, "doctor")
    for name in ("machine", "ROS 2", "cmake", "Virtual environment", "Models", "Page", "camera"):
        assert name in answer.stdout
