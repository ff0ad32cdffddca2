"""What is installed into the virtual environment, and the variables of programs in it."""

import json
import os

import pytest
from signage_cli.setup.environment import (
    corrected,
    lock_file,
    overlay_file,
    pip_counter,
    runtime_env,
    save_overlay,
    source_env,
)
from signage_cli.setup.machine import Layout, RosInstallation
from signage_common.errors import SignageError


@pytest.mark.parametrize(
    ("name", "version", "file_name"),
    [
        ("ros", "3.11", "ros-py3.11.txt"),
        ("nodes", "3.11", "nodes-py3.11.txt"),
        ("nodes", "3.12", "nodes-py3.12.txt"),
        ("tools", "3.10", "tools-py3.10.txt"),
        ("browser", "3.11", "browser-py3.11.txt"),
        ("test", "3.10", "test-py3.10.txt"),
        ("test", "3.12", "test-py3.12.txt"),
        ("detectors", "3.11", "detectors-py3.11.txt"),
        ("detectors", "3.12", "detectors-py3.12.txt"),
    ],
)
def test_every_way_to_run_has_its_lock(pytestconfig, name, version, file_name):
    lock = lock_file(pytestconfig.rootpath, name, version)
    assert lock.name == file_name and lock.exists()


def test_pip_lines_become_a_count():
    shown = []
    on_line = pip_counter(3, shown.append)
    for line in (
        "Collecting numpy==1.23.5 (from -r lock (line 1))",
        "  Using cached numpy.whl",
        "Requirement already satisfied: rich==14.3.4 in /somewhere",
        "Installing collected packages: numpy",
    ):
        on_line(line)
    assert shown == ["1 of 3: numpy==1.23.5", "2 of 3: rich==14.3.4", "installing 3 packages"]


def test_baked_paths_are_replaced_whatever_python_built_the_wheel():
    text = (
        'set(a "/opt/python/cp311-cp311/include/python3.11")\n'
        'set(b "/opt/python/cp310-cp310/lib/python3.10/site-packages/numpy/_core/include")\n'
    )
    assert corrected(text, "/usr/include/python", "/numpy") == 'set(a "/usr/include/python")\nset(b "/numpy")\n'


@pytest.fixture
def built(tmp_path):
    """Return a layout whose workspace adds one path."""
    layout = Layout(tmp_path / "clone", tmp_path / "home")
    overlay_file(layout).parent.mkdir(parents=True)
    overlay_file(layout).write_text(json.dumps({"PYTHONPATH": "/built/package"}))
    return layout


def test_beside_a_sourced_ros_its_paths_stay(built, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/opt/ros/python")
    monkeypatch.setenv("AMENT_PREFIX_PATH", "/opt/ros")
    env = runtime_env(built, "3.12", RosInstallation("jazzy"))
    assert env["PYTHONPATH"] == "/built/package:/opt/ros/python" and env["AMENT_PREFIX_PATH"] == "/opt/ros"
    assert env["PATH"].startswith(f"{built.venv}/bin:")


def test_with_the_wheels_the_environment_is_the_ros_and_no_other_is_seen(built, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/opt/ros/python")
    monkeypatch.setenv("AMENT_PREFIX_PATH", "/opt/ros")
    libraries = built.venv / "lib" / "python3.11" / "site-packages" / "ros_rcl.libs"
    libraries.mkdir(parents=True)
    env = runtime_env(built, "3.11", None)
    assert env["PYTHONPATH"] == "/built/package" and env["AMENT_PREFIX_PATH"] == str(built.venv)
    assert str(libraries) in env["LD_LIBRARY_PATH"].split(":") and env["ROS_DISTRO"] == "kilted"


def test_modules_can_be_run_before_the_build(built):
    env = source_env(built, {"PYTHONPATH": "/before"}, "signage_demo", "signage_common")
    assert env["PYTHONPATH"] == f"{built.root}/src/signage_demo:{built.root}/src/signage_common:/before"


NO_TEXT = "Jos\udce9"
"""A byte that is no text, as the environment may hold it anywhere."""
ADDS_PATHS = 'export PYTHONPATH="$HOME/lib:$PYTHONPATH" AMENT_PREFIX_PATH=/built PATH="/b:$PATH"; echo welcome\n'


@pytest.fixture
def workspace(tmp_path):
    layout = Layout(tmp_path / "it's a clone", tmp_path / NO_TEXT)
    (layout.root / "install").mkdir(parents=True)
    return layout


@pytest.mark.fault
@pytest.mark.parametrize("name", ["OWNER", "HOME", "PATH", "LANG", NO_TEXT])
def test_bytes_that_are_no_text_pass_through_the_environment(workspace, monkeypatch, name):
    (workspace.root / "install" / "local_setup.bash").write_text(ADDS_PATHS)
    env = {"PATH": os.environ["PATH"], "HOME": "/home/me"}
    env[name] = f"{NO_TEXT}:{env.get(name, '')}"
    save_overlay(workspace, env)
    for variable in ("PYTHONPATH", "AMENT_PREFIX_PATH"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv(name, env[name])
    again = runtime_env(workspace, "3.11", RosInstallation("jazzy"))
    assert again["PYTHONPATH"] == f"{env['HOME']}/lib" and again["AMENT_PREFIX_PATH"] == "/built"
    assert again["SIGNAGE_HOME"] == str(workspace.home) and NO_TEXT in again[name]


@pytest.mark.fault
@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("true\n", "expected it to add"),
        ("echo bad >&2; false\n", "bad"),
        ("printf '\\351' >&2; false\n", "\udce9"),
    ],
)
def test_a_workspace_that_adds_nothing_is_an_error(workspace, script, reason):
    (workspace.root / "install" / "local_setup.bash").write_text(script)
    with pytest.raises(SignageError, match=reason):
        save_overlay(workspace, {"PATH": os.environ["PATH"]})
    assert not overlay_file(workspace).exists()
