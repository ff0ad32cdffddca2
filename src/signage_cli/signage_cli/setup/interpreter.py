"""Which Python makes the virtual environment."""

from __future__ import annotations

import platform
import subprocess
import sys
from collections.abc import Mapping

from signage_cli.setup.errors import SetupError
from signage_cli.setup.ros import RosInstallation

WHEEL_VERSIONS = ("3.11", "3.10")
ROS_VERSION = "3.12"
_PROBE = "import ensurepip, sys, sysconfig, os; print('%d.%d' % sys.version_info[:2], sys.executable); " + (
    "sys.exit(not os.path.exists(os.path.join(sysconfig.get_paths()['include'], 'Python.h')))"
)


def find_interpreter(env: Mapping[str, str], ros: RosInstallation | None) -> tuple[str, str]:
    """Return path and version (such as ``3.11``) of the Python to use.

    Raises:
        SetupError: this machine or its Pythons can't run the system.
    """
    check_platform(sys.platform, platform.machine(), ros)
    wanted = (ROS_VERSION,) if ros else WHEEL_VERSIONS
    for candidate in (sys.executable, *(f"python{version}" for version in wanted)):
        found = probe(candidate, env)
        if found and found[1] in wanted:
            return found
    where = f"the sourced ROS 2 {ros.distro} needs" if ros else "the ROS 2 wheels need"
    raise SetupError(
        f"{where} Python {' or '.join(wanted)} with its venv module and headers; "
        f"./signage was started with {platform.python_version()} and found no other; "
        f"`apt-get install python{wanted[0]}-venv python{wanted[0]}-dev` installs it where it is packaged",
        exit_status=2,
    )


def check_platform(system: str, machine: str, ros: RosInstallation | None) -> None:
    """Refuse a platform that there are no wheels for.

    Raises:
        SetupError: neither the wheels nor a sourced ROS 2 serve it.
    """
    if ros is None and (system != "linux" or machine not in ("x86_64", "AMD64")):
        raise SetupError(
            f"the ROS 2 wheels are for Linux on x86-64, this is {system} on {machine}; "
            "source a ROS 2 Jazzy or Kilted first",
            exit_status=2,
        )


def probe(python: str, env: Mapping[str, str]) -> tuple[str, str] | None:
    """Return path and version of an interpreter that can make environments and build against, or None."""
    try:
        answer = subprocess.run([python, "-c", _PROBE], capture_output=True, text=True, env=dict(env), check=False)
    except OSError:
        return None
    words = answer.stdout.split(maxsplit=1)
    return (words[1].strip(), words[0]) if answer.returncode == 0 and len(words) == 2 else None
