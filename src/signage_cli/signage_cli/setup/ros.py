"""Is a ROS 2 installation sourced, or do the wheels serve?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SUPPORTED = ("jazzy", "kilted")


@dataclass(frozen=True)
class RosInstallation:
    """A ROS 2 that was sourced before the start."""

    distro: str


def sourced_ros(env: Mapping[str, str]) -> RosInstallation | None:
    """Return the ROS 2 that the environment names, or None if none that is supported is sourced."""
    distro = env.get("ROS_DISTRO", "")
    if "_ROS_WHEELS_BOOTSTRAP_COMPLETE" in env:  # the environment that ./signage itself makes
        return None
    if distro in SUPPORTED and env.get("ROS_VERSION") == "2" and env.get("AMENT_PREFIX_PATH"):
        return RosInstallation(distro)
    return None
