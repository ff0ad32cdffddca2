"""The virtual environment, and the variables that every program of the system is started with."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from signage_cli.setup.commands import run
from signage_cli.setup.errors import SetupError
from signage_cli.setup.layout import Layout
from signage_cli.setup.ros import RosInstallation

SEARCH_PATHS = ("AMENT_PREFIX_PATH", "CMAKE_PREFIX_PATH", "COLCON_PREFIX_PATH", "LD_LIBRARY_PATH", "PATH", "PYTHONPATH")
FOREIGN_PATHS = ("AMENT_PREFIX_PATH", "CMAKE_PREFIX_PATH", "COLCON_PREFIX_PATH", "PYTHONPATH", "PYTHONHOME")


def make_venv(layout: Layout, interpreter: str, ros: RosInstallation | None, env: Mapping[str, str]) -> None:
    """Make the virtual environment anew; beside a sourced ROS 2 it sees the system's packages."""
    if layout.venv.exists():
        shutil.rmtree(layout.venv)
    options = ["--system-site-packages"] if ros else []
    run([interpreter, "-m", "venv", *options, layout.venv], layout.log, env)


def site_packages(layout: Layout, python_version: str) -> Path:
    """Return the folder of installed packages."""
    return layout.venv / "lib" / f"python{python_version}" / "site-packages"


def base_env(layout: Layout, python_version: str, ros: RosInstallation | None) -> dict[str, str]:
    """Return the variables with which ROS 2 and Python work, before the workspace is built."""
    env = dict(os.environ)
    env.update(VIRTUAL_ENV=str(layout.venv), SIGNAGE_HOME=str(layout.home), PYTHONNOUSERSITE="1")
    env.setdefault("ROS_AUTOMATIC_DISCOVERY_RANGE", "LOCALHOST")
    if ros is None:
        _use_wheels(env, layout, python_version)
    _prepend(env, "PATH", str(layout.venv / "bin"))
    return env


def _use_wheels(env: dict[str, str], layout: Layout, python_version: str) -> None:
    """Make the virtual environment the ROS prefix, and keep any other ROS out."""
    for name in FOREIGN_PATHS:
        env.pop(name, None)
    env.update(ROS_DISTRO="kilted", ROS_VERSION="2", ROS_PYTHON_VERSION="3", _ROS_WHEELS_BOOTSTRAP_COMPLETE="1")
    _prepend(env, "AMENT_PREFIX_PATH", str(layout.venv))
    _prepend(env, "CMAKE_PREFIX_PATH", str(layout.venv))
    libraries = [str(folder) for folder in sorted(site_packages(layout, python_version).glob("ros_*.libs"))]
    _prepend(env, "LD_LIBRARY_PATH", *[str(layout.venv / "lib"), *libraries])


def runtime_env(layout: Layout, python_version: str, ros: RosInstallation | None) -> dict[str, str]:
    """Return the variables with the built workspace on top."""
    env = base_env(layout, python_version, ros)
    for name, value in json.loads(_overlay_file(layout).read_text()).items():
        _prepend(env, name, value)
    return env


def save_overlay(layout: Layout, env: Mapping[str, str]) -> None:
    """Ask the built workspace once which paths it adds, and keep the answer.

    Raises:
        SetupError: the workspace's own set-up script fails.
    """
    bare = {name: value for name, value in env.items() if name not in SEARCH_PATHS or name == "PATH"}
    script = f". '{layout.root}/install/local_setup.bash' && env -0"
    answer = subprocess.run(["bash", "-c", script], capture_output=True, env=bare, check=False)
    if answer.returncode != 0:
        raise SetupError(f"install/local_setup.bash: {answer.stderr.decode(errors='replace').strip()}")
    after = dict(item.split("=", 1) for item in answer.stdout.decode().split("\0") if "=" in item)
    overlay = {name: _added(after.get(name, ""), bare.get(name, "")) for name in SEARCH_PATHS}
    partial = _overlay_file(layout).with_suffix(".partial")
    partial.write_text(json.dumps({name: value for name, value in overlay.items() if value}, indent=1))
    partial.replace(_overlay_file(layout))


def _overlay_file(layout: Layout) -> Path:
    return layout.root / "install" / "signage-environment.json"


def _added(after: str, before: str) -> str:
    known = set(before.split(os.pathsep))
    return os.pathsep.join(part for part in after.split(os.pathsep) if part and part not in known)


def _prepend(env: dict[str, str], name: str, *parts: str) -> None:
    env[name] = os.pathsep.join([*parts, *filter(None, [env.get(name, "")])])
