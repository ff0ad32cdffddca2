"""What the set-up finds out about the machine."""

import os
import sys
from pathlib import Path

import pytest
from signage_cli.setup import system_tools
from signage_cli.setup.machine import Layout, RosInstallation, check_platform, find_interpreter, probe, sourced_ros
from signage_common.browser import find_browser
from signage_common.errors import ConfigurationError

JAZZY = {"ROS_DISTRO": "jazzy", "ROS_VERSION": "2", "AMENT_PREFIX_PATH": "/opt/ros/jazzy"}


@pytest.mark.parametrize(
    ("env", "distro"),
    [
        (JAZZY, "jazzy"),
        ({**JAZZY, "ROS_DISTRO": "kilted"}, "kilted"),
        ({**JAZZY, "ROS_DISTRO": "humble"}, None),
        ({**JAZZY, "AMENT_PREFIX_PATH": ""}, None),
        ({**JAZZY, "_ROS_WHEELS_BOOTSTRAP_COMPLETE": "1"}, None),
        ({}, None),
    ],
)
def test_a_sourced_ros_is_seen(env, distro):
    found = sourced_ros(env)
    assert (found.distro if found else None) == distro


@pytest.mark.parametrize(("system", "machine"), [("darwin", "arm64"), ("linux", "aarch64"), ("win32", "AMD64")])
def test_other_platforms_get_one_line(system, machine):
    with pytest.raises(ConfigurationError, match=machine) as error:
        check_platform(system, machine, None)
    assert error.value.exit_status == 2 and "\n" not in str(error.value)


def test_a_sourced_ros_serves_other_platforms():
    check_platform("linux", "aarch64", RosInstallation("jazzy"))


def test_the_running_python_can_make_environments():
    assert probe(sys.executable, os.environ) is not None
    assert probe("/nonexistent/python", os.environ) is None


@pytest.mark.fault
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_a_python_may_lie_in_a_folder_whose_name_is_no_text(tmp_path, encoding):
    python = tmp_path / "Jos\udce9" / "python"
    python.parent.mkdir()
    python.symlink_to(sys.executable)
    found = probe(str(python), {**os.environ, "PYTHONIOENCODING": encoding})
    assert found is not None and found[0] == str(python)


def test_no_python_that_serves_is_one_line(tmp_path):
    with pytest.raises(ConfigurationError, match=r"Python 3\.12") as error:
        find_interpreter({"PATH": str(tmp_path)}, RosInstallation("jazzy"))
    assert error.value.exit_status == 2 and "\n" not in str(error.value)


def test_missing_tools_and_the_command_that_installs_them(tmp_path):
    env = {"PATH": str(tmp_path)}
    missing = system_tools.missing_tools(system_tools.BUILD_TOOLS, env)
    assert missing == list(system_tools.BUILD_TOOLS)
    assert system_tools.install_command(missing)[-3:] == ["build-essential", "cmake", "npm"]
    assert not system_tools.can_install(env)
    system_tools.check_installable([], env)
    with pytest.raises(ConfigurationError, match=r"a C compiler and .* `sudo apt-get install .* npm` installs"):
        system_tools.check_installable(missing, env)


def test_a_browser_is_taken_from_the_environment_or_the_path(tmp_path):
    browser = tmp_path / "google-chrome"
    browser.touch(mode=0o755)
    assert find_browser({"PATH": str(tmp_path)}) == str(browser)
    assert find_browser({"PATH": "", "SIGNAGE_BROWSER": str(browser)}) == str(browser)
    assert find_browser({"PATH": str(tmp_path), "SIGNAGE_BROWSER": "nothing-here"}) is None


def test_layout_follows_the_environment(monkeypatch):
    monkeypatch.setenv("SIGNAGE_HOME", "~/signs")
    assert Layout.of(Path("/clone")).home == Path.home() / "signs"
    monkeypatch.delenv("SIGNAGE_HOME")
    assert Layout.of(Path("/clone")).home == Path.home() / ".cache" / "signage"
