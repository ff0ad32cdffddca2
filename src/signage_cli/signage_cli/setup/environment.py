"""The virtual environment: made, filled with locked packages, and the variables with which programs run in it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from signage_common.errors import SignageError
from signage_common.files import written_whole

from signage_cli.setup.machine import Layout, RosInstallation
from signage_cli.setup.running import RunningStep

SEARCH_PATHS = ("AMENT_PREFIX_PATH", "CMAKE_PREFIX_PATH", "COLCON_PREFIX_PATH", "LD_LIBRARY_PATH", "PATH", "PYTHONPATH")
FOREIGN_PATHS = ("AMENT_PREFIX_PATH", "CMAKE_PREFIX_PATH", "COLCON_PREFIX_PATH", "PYTHONPATH", "PYTHONHOME")
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)
# The ROS 2 wheels carry paths of the machine that built them.
_PYTHON_INCLUDE = re.compile(r"/opt/python/cp3\d+-cp3\d+/include/python3\.\d+")
_NUMPY_INCLUDE = re.compile(r"/opt/python/cp3\d+-cp3\d+/lib/python3\.\d+/site-packages/numpy/_core/include")
_ASK = (
    "import os, sys, sysconfig, numpy; "
    "sys.stdout.buffer.write(os.fsencode(f\"{sysconfig.get_paths()['include']}\\n{numpy.get_include()}\\n\"))"
)


def make_venv(
    step: RunningStep, layout: Layout, interpreter: str, ros: RosInstallation | None, env: Mapping[str, str]
) -> None:
    """Make the virtual environment anew; beside a sourced ROS 2 it sees the system's packages."""
    if layout.venv.exists():
        shutil.rmtree(layout.venv)
    options = ["--system-site-packages"] if ros else []
    step.run([interpreter, "-m", "venv", *options, layout.venv], env)


def lock_file(root: Path, name: str, python_version: str) -> Path:
    """Return a lock; that of Python 3.12 is for use beside a sourced ROS 2, which has no lock of its own."""
    return root / "requirements" / "locked" / f"{name}-py{python_version}.txt"


def install_locked(
    step: RunningStep, layout: Layout, lock: Path, env: Mapping[str, str], options: Sequence[str] = ()
) -> None:
    """Install every package of a lock, checked against its hash; what is there already stays.

    Modules are compiled when they are first imported: most never are.
    """
    total = len(_PINNED.findall(lock.read_text()))
    pip = [layout.python, "-m", "pip", "--disable-pip-version-check", "install", "--no-deps", "--require-hashes"]
    command = [*pip, "--no-compile", "--progress-bar", "off", *options, "-r", lock]
    step.run(command, env, on_line=pip_counter(total, step.show))


def forget_locked(layout: Layout, lock: Path) -> None:
    """Have pip take no package of a lock for installed, so that it writes each one whole again, over what is there."""
    names = {_normalised(name) for name in _PINNED.findall(lock.read_text())}
    for folder in layout.venv.glob("lib/python*/site-packages/*.dist-info"):
        if _normalised(folder.name.partition("-")[0]) in names:
            shutil.rmtree(folder)


def _normalised(name: str) -> str:
    """Return the one name that pip has for a package, however it is written."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pip_counter(total: int, show: Callable[[str], None]) -> Callable[[str], None]:
    """Return what turns pip's lines into ``12 of 173: name``."""
    seen = 0

    def on_line(line: str) -> None:
        nonlocal seen
        if line.startswith(("Collecting ", "Requirement already satisfied: ")):
            seen += 1
            name = line.split(": ")[-1] if ": " in line else line
            show(f"{seen} of {total}: {name.replace('Collecting ', '').split()[0]}")
        elif line.startswith("Installing collected packages"):
            show(f"installing {total} packages")

    return on_line


def correct_wheel_paths(layout: Layout, env: Mapping[str, str]) -> int:
    """Put this machine's paths into the ROS 2 wheels' CMake files; return how many files changed."""
    answer = subprocess.run([layout.python, "-c", _ASK], stdout=subprocess.PIPE, env=dict(env), check=True)
    python_include, numpy_include = os.fsdecode(answer.stdout).splitlines()
    files = sorted((layout.venv / "share").rglob("*.cmake"))
    return sum(_rewrite(path, python_include, numpy_include) for path in files)


def _rewrite(path: Path, python_include: str, numpy_include: str) -> bool:
    text = path.read_text(encoding="utf-8", errors="surrogateescape")
    changed = corrected(text, python_include, numpy_include)
    if changed != text:
        path.write_text(changed, encoding="utf-8", errors="surrogateescape")
    return changed != text


def corrected(text: str, python_include: str, numpy_include: str) -> str:
    """Return the text of a CMake file with both baked paths replaced."""
    text = _PYTHON_INCLUDE.sub(lambda _: python_include, text)
    return _NUMPY_INCLUDE.sub(lambda _: numpy_include, text)


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
    site_packages = layout.venv / "lib" / f"python{python_version}" / "site-packages"
    libraries = [str(folder) for folder in sorted(site_packages.glob("ros_*.libs"))]
    _prepend(env, "LD_LIBRARY_PATH", *[str(layout.venv / "lib"), *libraries])


def source_env(layout: Layout, env: Mapping[str, str], *packages: str) -> dict[str, str]:
    """Return variables with which modules of packages of ours can be run that no build is needed for."""
    with_sources = dict(env)
    _prepend(with_sources, "PYTHONPATH", *(str(layout.root / "src" / package) for package in packages))
    return with_sources


def runtime_env(layout: Layout, python_version: str, ros: RosInstallation | None) -> dict[str, str]:
    """Return the variables with the built workspace on top."""
    env = base_env(layout, python_version, ros)
    for name, value in json.loads(overlay_file(layout).read_text()).items():
        _prepend(env, name, value)
    return env


def save_overlay(layout: Layout, env: Mapping[str, str]) -> None:
    """Ask the built workspace once which paths it adds, and keep the answer.

    Raises:
        SignageError: the workspace's own set-up script fails, or adds nothing.
    """
    bare = {name: value for name, value in env.items() if name not in SEARCH_PATHS or name == "PATH"}
    script = layout.root / "install" / "local_setup.bash"
    command = ["bash", "-c", '. "$1" >&2 && env -0', "bash", str(script)]
    answer = subprocess.run(command, capture_output=True, env=bare, check=False)
    if answer.returncode != 0:
        raise SignageError(f"{script}: {os.fsdecode(answer.stderr).strip()}")
    after = dict(item.split("=", 1) for item in os.fsdecode(answer.stdout).split("\0") if "=" in item)
    overlay = {name: _added(after.get(name, ""), bare.get(name, "")) for name in SEARCH_PATHS}
    if not overlay["PYTHONPATH"] or not overlay["AMENT_PREFIX_PATH"]:
        raise SignageError(f"{script}: expected it to add the packages' paths, it adds none")
    with written_whole(overlay_file(layout)) as partial:
        partial.write_text(json.dumps({name: value for name, value in overlay.items() if value}, indent=1))


def overlay_file(layout: Layout) -> Path:
    """Return the file that keeps the paths which the built workspace adds."""
    return layout.root / "install" / "signage-environment.json"


def _added(after: str, before: str) -> str:
    known = set(before.split(os.pathsep))
    return os.pathsep.join(part for part in after.split(os.pathsep) if part and part not in known)


def _prepend(env: dict[str, str], name: str, *parts: str) -> None:
    env[name] = os.pathsep.join([*parts, *filter(None, [env.get(name, "")])])
