"""The graph of one device: its launch file, turned into something that runs, and the addresses of its pages."""

from __future__ import annotations

import getpass
import importlib.util
import ipaddress
import os
import shutil
import socket
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

from signage_common.errors import ConfigurationError

from signage_launch.launch_xml.launch_file import plan_launch
from signage_launch.launch_xml.packages import package_share
from signage_launch.launch_xml.plan import Output, Plan, ProcessPlan, StopTimes

PACKAGE = "signage_bringup"
LAUNCH_FILE = "signage.launch.xml"
ROS_DISTROS = ("jazzy", "kilted")
DEFAULT_DEVICE = "deeplens1"


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


def page_address(configurations: Mapping[str, str], **query: str) -> str:
    """Return the address of the sign's page as seen from this machine."""
    host = reachable_host(configurations["bind"])
    device = configurations["device"].strip("/")
    words = {**({} if device == DEFAULT_DEVICE else {"device": device}), **query}
    return f"http://{host}:{configurations['http_port']}/" + (f"?{urlencode(words)}" if words else "")


def reachable_host(bind: str) -> str:
    """Return a host name for an address that a server listens on; loopback for one that stands for all."""
    try:
        address = ipaddress.ip_address(bind)
    except ValueError:
        return bind
    if address.is_unspecified:
        return "127.0.0.1"
    return f"[{address}]" if address.version == 6 else str(address)


def ssh_hint(configurations: Mapping[str, str]) -> str:
    """Return the command that makes the page visible on another machine."""
    host = reachable_host(configurations["bind"])
    ports = [configurations["http_port"], configurations["rosbridge_port"]]
    forwards = " ".join(f"-L {port}:{host}:{port}" for port in ports)
    return f"ssh {forwards} {_user()}@{socket.gethostname()}"


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "USER"
