"""The tests that docs/guide/replay_tests.md shows run as they stand there."""

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[3] / "docs" / "guide" / "replay_tests.md"
EXAMPLES = {
    name: code for code, name in re.findall(r"```python\n(# my-sign/(\S+)\n.*?)```", PAGE.read_text(), re.DOTALL)
}


@pytest.fixture
def my_sign(ads, making):
    """The folder that the page speaks of."""
    shutil.copytree(making.HERE / "crossing", ads.with_name("monday"))
    return ads.parent


def run(name, folder):
    (folder / name).write_text(EXAMPLES[name])
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder / name)]
    return subprocess.run(command, capture_output=True, text=True, timeout=170, cwd=folder)


def test_the_page_has_the_three_ways():
    assert list(EXAMPLES) == ["test_monday.py", "test_monday_live.py", "test_monday_launch.py"]
    code = [line for line in EXAMPLES["test_monday.py"].splitlines() if line]
    assert len(code) <= 10


@pytest.mark.replay
def test_a_recording_is_decided(my_sign):
    done = run("test_monday.py", my_sign)
    assert done.returncode == 0 and "1 passed" in done.stdout, done.stdout


@pytest.mark.replay
def test_the_example_fails_once_the_catalogue_has_changed(my_sign):
    ads = my_sign / "ads.yaml"
    ads.write_text(ads.read_text().replace("creatives: [perfume]", "creatives: [watch]"))
    done = run("test_monday.py", my_sign)
    assert done.returncode == 1 and "assert ['watch'] == ['perfume']" in done.stdout, done.stdout


@pytest.mark.graph
@pytest.mark.replay
def test_a_recording_is_played_to_real_nodes(my_sign):
    done = run("test_monday_live.py", my_sign)
    assert done.returncode == 0 and "1 passed" in done.stdout, done.stdout


@pytest.mark.graph
@pytest.mark.replay
def test_a_recording_is_played_by_launch_pytest(my_sign):
    if importlib.util.find_spec("launch_pytest") is None:
        pytest.skip("launch_pytest is not installed: needs a sourced ROS 2")
    done = run("test_monday_launch.py", my_sign)
    assert done.returncode == 0 and "1 passed" in done.stdout, done.stdout
