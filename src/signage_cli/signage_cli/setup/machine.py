"""What the set-up finds: the folders of an installation, a ROS 2 that is sourced, and a Python that serves."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from signage_common.errors import ConfigurationError
from signage_common.home import signage_home

ROS_DISTROS = ("jazzy", "kilted")
WHEEL_VERSIONS = ("3.11", "3.10")
ROS_VERSION = "3.12"
_PROBE = (
    "import ensurepip, sys, sysconfig, os; "
    "sys.stdout.buffer.write(os.fsencode('%d.%d %s' % (*sys.version_info[:2], sys.executable))); "
    "sys.exit(not os.path.exists(os.path.join(sysconfig.get_paths()['include'], 'Python.h')))"
)


@dataclass(frozen=True)
class Layout:
    """The folders of one installation.

    Attributes:
        root: the clone of the repository.
        home: ``SIGNAGE_HOME``, by default ``~/.cache/signage``: models, page, films.
    """

    root: Path
    home: Path

    @classmethod
    def of(cls, root: Path) -> Layout:
        """Return the layout of a clone, with the home folder that the environment names."""
        return cls(root, signage_home())

    @property
    def venv(self) -> Path:
        """The virtual environment."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """The interpreter of the virtual environment."""
        return self.venv / "bin" / "python"

    def log(self, step: str) -> Path:
        """Return the file that the output of a step's programs goes to."""
        return self.home / "log" / f"setup-{step}.log"

    @property
    def link_to_venv(self) -> Path:
        """The link by which a node finds the virtual environment where its workspace has none above it."""
        return self.home / "venv"

    @property
    def face_library(self) -> Path:
        """The npm package that carries the pretrained weights and the sample photos."""
        return self.home / "npm" / "face-api" / "node_modules" / "@vladmandic" / "face-api"


@dataclass(frozen=True)
class RosInstallation:
    """A ROS 2 that was sourced before the start."""

    distro: str


def sourced_ros(env: Mapping[str, str]) -> RosInstallation | None:
    """Return the ROS 2 that the environment names, or None if none that is supported is sourced."""
    distro = env.get("ROS_DISTRO", "")
    if "_ROS_WHEELS_BOOTSTRAP_COMPLETE" in env:  # the environment that ./signage itself makes
        return None
    if distro in ROS_DISTROS and env.get("ROS_VERSION") == "2" and env.get("AMENT_PREFIX_PATH"):
        return RosInstallation(distro)
    return None


def find_interpreter(env: Mapping[str, str], ros: RosInstallation | None) -> tuple[str, str]:
    """Return path and version (such as ``3.11``) of the Python to make the virtual environment with.

    Raises:
        ConfigurationError: this machine or its Pythons can't run the system.
    """
    check_platform(sys.platform, platform.machine(), ros)
    wanted = (ROS_VERSION,) if ros else WHEEL_VERSIONS
    for candidate in (sys.executable, *(f"python{version}" for version in wanted)):
        found = probe(candidate, env)
        if found and found[1] in wanted:
            return found
    where = f"the sourced ROS 2 {ros.distro} needs" if ros else "the ROS 2 wheels need"
    raise ConfigurationError(
        f"{where} Python {' or '.join(wanted)} with its venv module and headers; "
        f"./signage was started with {platform.python_version()} and found no other; "
        f"`apt-get install python{wanted[0]}-venv python{wanted[0]}-dev` installs it where it is packaged"
    )


def check_platform(system: str, machine: str, ros: RosInstallation | None) -> None:
    """Refuse a platform that there are no wheels for.

    Raises:
        ConfigurationError: neither the wheels nor a sourced ROS 2 serve it.
    """
    if ros is None and (system != "linux" or machine not in ("x86_64", "AMD64")):
        raise ConfigurationError(
            f"the ROS 2 wheels are for Linux on x86-64, this is {system} on {machine}; "
            "source a ROS 2 Jazzy or Kilted first"
        )


def probe(python: str, env: Mapping[str, str]) -> tuple[str, str] | None:
    """Return path and version of an interpreter that can make environments and build against, or None."""
    try:
        answer = subprocess.run([python, "-c", _PROBE], capture_output=True, env=dict(env), check=False)
    except OSError:
        return None
    words = os.fsdecode(answer.stdout).split(maxsplit=1)
    return (words[1].strip(), words[0]) if answer.returncode == 0 and len(words) == 2 else None
