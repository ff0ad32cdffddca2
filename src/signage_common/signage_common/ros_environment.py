"""Whether ROS 2 works with the variables that a user has set for it: tried once, before nodes fail one by one.

Some of them end a program from within C++, some fill the log, and nearly all are told in several lines with places in
ROS's own sources. A middleware that is not installed, a peer that can't be found or a domain that is too high is no
matter of any node, so no restart mends it.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping

from signage_common.errors import ConfigurationError, exit_status_of

_PREFIXES = ("ROS_", "RMW_", "RCUTILS_", "RCL_", "FASTDDS_", "FASTRTPS_", "CYCLONEDDS_")
_OF_A_SET_UP = ("ROS_DISTRO", "ROS_VERSION", "ROS_PYTHON_VERSION", "ROS_LOG_DIR")
_RANGES = ("", "LOCALHOST", "SUBNET", "OFF", "SYSTEM_DEFAULT")
_HIGHEST_DOMAIN = 232
_PATIENCE_S = 30.0
_PLACE = re.compile(r",? at /\S+:\d+")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_LOGGING = re.compile(r"error initializing logging: (?:Warning: )?(.*)")
_STAMP = re.compile(r"^.*?Error\] |^\[ERROR\] \[[\d.]+\] \[\w+\]: ")
_LONGEST = 300


def ros_reason(text: str) -> str:
    """Return what ROS 2 says in one line, without colours, stamps and places in its own sources."""
    lines = (_STAMP.sub("", _PLACE.sub("", _COLOUR.sub("", line))).strip(" ,") for line in text.splitlines())
    return " ".join(line for line in lines if line)[:_LONGEST]


def unusual(environ: Mapping[str, str]) -> list[str]:
    """Return the names of the variables by which a user tells ROS 2 something that may be wrong."""
    names = [name for name in environ if name.startswith(_PREFIXES) and name not in _OF_A_SET_UP]
    domain = environ.get("ROS_DOMAIN_ID", "")
    fine = {
        "ROS_DOMAIN_ID": not domain or (domain.isdecimal() and domain.isascii() and int(domain) <= _HIGHEST_DOMAIN),
        "ROS_AUTOMATIC_DISCOVERY_RANGE": environ.get("ROS_AUTOMATIC_DISCOVERY_RANGE") in _RANGES,
    }
    return sorted(name for name in names if not fine.get(name, False))


def check_ros(environ: Mapping[str, str]) -> None:
    """Try a node, in another process, where a user has set something unusual.

    Raises:
        ConfigurationError: it can't be made; the message says why, and names the variables.
    """
    names = unusual(environ)
    if not names:
        return
    command = [sys.executable, "-m", __name__]
    try:
        answer = subprocess.run(
            command, env=dict(environ), capture_output=True, errors="replace", timeout=_PATIENCE_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise ConfigurationError(f"ROS 2 makes no node within {_PATIENCE_S:.0f} s with {', '.join(names)}") from None
    logging = _LOGGING.search(answer.stderr)
    if answer.returncode == 0 and logging is None:
        return
    lines = [line for line in (answer.stderr.strip() or answer.stdout.strip()).splitlines() if line]
    reason = ros_reason(logging[1] if logging else lines[-1] if lines else f"status {answer.returncode}")
    raise ConfigurationError(f"ROS 2 can't work with {', '.join(names)}: {reason.removeprefix('error: ')}")


def main() -> int:
    """Make a node, and end."""
    import rclpy

    try:
        rclpy.init(args=["--ros-args", "--disable-external-lib-logs"])
        rclpy.create_node("environment").destroy_node()
    except Exception as error:  # rclpy raises exceptions of its implementation
        raise ConfigurationError(ros_reason(str(error))) from None
    return 0


if __name__ == "__main__":
    sys.exit(exit_status_of(main))
