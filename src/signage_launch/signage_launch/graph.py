"""The graph of one device: its launch file, turned into something that runs."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from signage_common.errors import ConfigurationError

from signage_launch.launch_xml import Plan, ProcessPlan, plan_launch
from signage_launch.launch_xml.packages import package_share
from signage_launch.launch_xml.plan import Output, StopTimes

PACKAGE = "signage_bringup"
LAUNCH_FILE = "signage.launch.xml"
ROS_DISTROS = ("jazzy", "kilted")


def launch_file() -> Path:
    """Return the installed launch file.

    Raises:
        ConfigurationError: the workspace is not built or not sourced.
    """
    try:
        return package_share(PACKAGE, os.environ) / "launch" / LAUNCH_FILE
    except LookupError as error:
        raise ConfigurationError(f"{error}; `./signage setup` builds the workspace") from None


def plan_graph(given: Mapping[str, str]) -> Plan:
    """Return the plan of the graph for launch arguments such as ``{"fps": "15"}``."""
    return plan_launch(launch_file(), given, os.environ)


def has_ros2_launch() -> bool:
    """Return whether a ROS 2 Jazzy or Kilted with its own launch is sourced."""
    if os.environ.get("ROS_DISTRO") not in ROS_DISTROS or shutil.which("ros2") is None:
        return False
    return importlib.util.find_spec("launch_ros") is not None and importlib.util.find_spec("ros2launch") is not None


def runnable(plan: Plan, given: Mapping[str, str]) -> Plan:
    """Return what is to be started: the plan itself, or ``ros2 launch`` where a ROS 2 that has it is sourced."""
    if not has_ros2_launch():
        return plan
    words = [f"{name}:={value}" for name, value in given.items()]
    command = ("ros2", "launch", "--noninteractive", PACKAGE, LAUNCH_FILE, *words)
    # ros2 launch gives its own processes up to 3.5 s.
    stop = StopTimes(sigterm_s=4.0, sigkill_s=0.5)
    process = ProcessPlan("ros2-launch", command, os.environ, output=Output.SCREEN, stop=stop, is_launcher=True)
    return Plan([process], [], plan.configurations, plan.environment)
