"""The graph of one device: its launch file, turned into something that runs, and the addresses of its pages."""

from __future__ import annotations

import contextlib
import getpass
import importlib.util
import ipaddress
import os
import shutil
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from signage_common.errors import ConfigurationError
from signage_common.sockets import listen

from signage_launch.launch_xml.launch_file import plan_launch
from signage_launch.launch_xml.packages import package_share
from signage_launch.launch_xml.parameter_text import dump_parameters
from signage_launch.launch_xml.parameters import effective_parameters, read_parameter_file, retyped, retyped_text
from signage_launch.launch_xml.plan import Output, ParameterText, Plan, ProcessPlan, StopTimes

PACKAGE = "signage_bringup"
LAUNCH_FILE = "signage.launch.xml"
REPLAY_FILE = "replay.launch.xml"
ROS_DISTROS = ("jazzy", "kilted")
DEFAULT_DEVICE = "deeplens1"
PORTS = ("http_port", "rosbridge_port")
_MAY_HOLD_A_PASSWORD = {"source": ("camera", "source"), "journal_url": ("journal", "url")}
"""Launch arguments that may be an address, each with the node and its parameter that it is for."""


def launch_file(name: str = LAUNCH_FILE) -> Path:
    """Return the installed launch file of a name.

    Raises:
        ConfigurationError: the workspace is not built or not sourced.
    """
    try:
        return package_share(PACKAGE, os.environ) / "launch" / name
    except LookupError as error:
        raise ConfigurationError(f"{error}; `./signage setup` builds the workspace") from None


def plan_graph(
    given: Mapping[str, str], types: Mapping[str, type] = MappingProxyType({}), file: str = LAUNCH_FILE
) -> Plan:
    """Return the plan of the graph.

    A port that is to be any free one is chosen here, so that it can be announced, and stays the same when the bridge is
    started again. Address and ports in ``configurations`` are those that the nodes get, whoever sets them.

    Args:
        given: launch arguments such as ``{"fps": "15"}``.
        types: types of the nodes' parameters by name, as which parameter files are read.
        file: name of the launch file.
    """
    plan = plan_launch(launch_file(file), given, os.environ)
    changes = _chosen_ports(_effective(plan.processes))
    plan.processes = [retyped(process, types, changes) for process in plan.processes]
    plan.configurations.update(_addresses(_effective(plan.processes)))
    return plan


def _effective(processes: Sequence[ProcessPlan]) -> dict[str, dict[str, Any]]:
    return {process.node.rpartition("/")[2]: effective_parameters(process) for process in processes}


def _chosen_ports(parameters: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """Return a free port for each that is 0, by the name of its parameter."""
    bridge = parameters.get("signage_bridge", {})
    names = [name for name in PORTS if bridge.get(name) == 0]
    with contextlib.ExitStack() as held:
        try:
            sockets = [held.enter_context(listen(str(bridge["bind"]), 0)) for _ in names]
        except (KeyError, OSError, ValueError):
            return {}  # a wrong address is told by the checks before the start
        chosen = {name: int(each.getsockname()[1]) for name, each in zip(names, sockets, strict=True)}
    if "rosbridge_port" in chosen:
        chosen["port"] = chosen["rosbridge_port"]  # what rosbridge_suite calls it
    return chosen


def _addresses(parameters: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    bridge = parameters.get("signage_bridge", {})
    return {name: str(bridge[name]) for name in ("bind", *PORTS) if name in bridge}


def has_ros2_launch() -> bool:
    """Return whether a ROS 2 Jazzy or Kilted with its own launch is sourced."""
    if os.environ.get("ROS_DISTRO") not in ROS_DISTROS or shutil.which("ros2") is None:
        return False
    return importlib.util.find_spec("launch_ros") is not None and importlib.util.find_spec("ros2launch") is not None


def runnable(
    plan: Plan,
    given: Mapping[str, str],
    types: Mapping[str, type] = MappingProxyType({}),
    file: str = LAUNCH_FILE,
) -> Plan:
    """Return what is to be started: the plan itself, or ``ros2 launch`` where a ROS 2 that has it is sourced.

    Everybody on the machine can read a command line: an address, which may hold a password, is not put there.

    Args:
        plan: of ``plan_graph``.
        given: launch arguments.
        types: as of ``plan_graph``.
        file: as of ``plan_graph``.
    """
    if not has_ros2_launch():
        return plan
    by_file = {name: value for name, value in given.items() if name in _MAY_HOLD_A_PASSWORD and "://" in value}
    words = {name: value for name, value in given.items() if name not in by_file}
    words.update({name: plan.configurations[name] for name in PORTS if name in given and name in plan.configurations})
    command: list[str | ParameterText] = ["ros2", "launch", "--noninteractive", PACKAGE, file]
    command += [f"{name}:={value}" for name, value in words.items() if name != "params_file"]
    if by_file or "params_file" in given:
        command.append(_parameter_file(plan, by_file, types))
    # ros2 launch gives its own processes up to 3.5 s.
    stop = StopTimes(sigterm_s=4.0, sigkill_s=0.5)
    own_names = frozenset(process.name for process in plan.processes if process.is_own)
    process = ProcessPlan(
        "ros2-launch",
        tuple(command),
        os.environ,
        output=Output.SCREEN,
        stop=stop,
        is_launcher=True,
        own_names=own_names,
    )
    return Plan([process], [], plan.configurations, plan.environment, plan.given)


def _parameter_file(plan: Plan, addresses: Mapping[str, str], types: Mapping[str, type]) -> ParameterText:
    """Return the launch argument that names a file with the addresses and then what is in the user's file."""
    path = Path(plan.configurations["params_file"])
    ports = {name: int(plan.configurations[name]) for name in PORTS if name in plan.configurations}
    before = ""
    for argument, address in addresses.items():
        name, parameter = _MAY_HOLD_A_PASSWORD[argument]
        nodes = [process.node for process in plan.processes if process.node.endswith(f"/{name}")]
        before += dump_parameters(nodes[0], {parameter: address}) if nodes else ""
    text = retyped_text(f"parameter file {path}", read_parameter_file(path), types, ports, before).text
    return ParameterText(text, prefix="params_file:=")


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
