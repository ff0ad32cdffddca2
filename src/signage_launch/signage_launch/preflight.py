"""Check before the start what would otherwise end a graph that is half started."""

from __future__ import annotations

import errno
import glob
import os
import socket
import stat
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import MappingProxyType
from typing import Any

from signage_common.errors import ConfigurationError, shown
from signage_common.home import require
from signage_common.params import LONGEST_DEVICE
from signage_common.ros_environment import check_ros
from signage_common.sockets import listen

from signage_launch.launch_xml.parameters import effective_parameters
from signage_launch.launch_xml.plan import Plan
from signage_launch.parameter_values import check_values, unknown_parameters

NodeParameters = Mapping[str, Mapping[str, Any]]
NodeCheck = Callable[[Mapping[str, Any]], None]
_LAST_PORT = 65535
_NOTHING_THERE = "no such file or folder"


def check(
    plan: Plan,
    node_checks: Mapping[str, NodeCheck] = MappingProxyType({}),
    params: Mapping[str, type] = MappingProxyType({}),
) -> list[str]:
    """Check ROS 2, source, models, page and ports of a planned graph, and what only its nodes' own packages know.

    Args:
        plan: the graph.
        node_checks: called with the parameters of the node that has this name.
        params: the parameter dataclass of the node that has this name.

    Returns:
        What is set and has no effect, a line each.

    Raises:
        ConfigurationError: one of them is wrong; the message says what, where and what was expected.
    """
    check_ros(os.environ)
    _check_device(plan.configurations.get("device", ""))
    parameters = {process.node.rpartition("/")[2]: effective_parameters(process) for process in plan.processes}
    for node, values in parameters.items():
        if node in params:
            _check_values(node, params[node], values, plan)
    check_source(str(parameters.get("camera", {}).get("source", "synthetic")))
    _check_set_up(parameters)
    for node, node_check in node_checks.items():
        if node in parameters:
            node_check(parameters[node])
    check_ports(listeners(parameters))
    return unknown_parameters(plan, params)


def _check_device(device: str) -> None:
    if len(device) > LONGEST_DEVICE:
        what = f"expected at most {LONGEST_DEVICE} letters, which topics and services begin with"
        raise ConfigurationError(f"launch argument device: {what}, got {len(device)}")


def _check_values(node: str, params: type, values: Mapping[str, Any], plan: Plan) -> None:
    try:
        check_values(params, values, plan.given)
    except ConfigurationError as error:
        is_argument = str(error).startswith("launch argument")
        raise ConfigurationError(str(error) if is_argument else f"node {node}: {error}") from None


def _check_set_up(parameters: NodeParameters) -> None:
    """Check that the set-up has made what the nodes look for where no other folder is given."""
    if "face_inference" in parameters and not parameters["face_inference"].get("models_dir"):
        require("models", "manifest.json")
    if "signage_bridge" in parameters and not parameters["signage_bridge"].get("page_dir"):
        require("page", "index.html")


def check_source(source: str) -> None:
    """Check that a file, folder or glob exists; devices and addresses may still come.

    Raises:
        ConfigurationError: it does not.
    """
    if source.isdigit() or source.startswith("/dev/") or "://" in source or source in ("synthetic", "awscam"):
        return
    try:
        reason = _reason_against(str(Path(source).expanduser())) if source else _NOTHING_THERE
    except (FileNotFoundError, NotADirectoryError):
        reason = _NOTHING_THERE
    except OSError as error:
        reason = error.strerror or str(error)
    except (ValueError, RuntimeError):  # the character 0; the home folder of nobody
        reason = _NOTHING_THERE
    if reason:
        expected = "a device, file, folder, glob of photos, rtsp:// or http:// address, or synthetic"
        raise ConfigurationError(f"source {shown(source)[1:-1]}: {reason}; expected {expected}")


def _reason_against(path: str) -> str:
    """Return why a file, folder or glob can't be a source; empty if it can.

    Raises:
        OSError: it may not even be looked at.
    """
    if not glob.has_magic(path) or os.path.lexists(path):
        mode = Path(path).stat().st_mode
        needed = os.R_OK | os.X_OK if stat.S_ISDIR(mode) else os.R_OK
        return "" if os.access(path, needed, effective_ids=True) else os.strerror(errno.EACCES)
    return "" if glob.glob(path, recursive=True) else _NOTHING_THERE  # noqa: PTH207  the pattern may be absolute


def listeners(parameters: NodeParameters) -> dict[str, tuple[str, int]]:
    """Return address and port of every server of the graph, by the launch argument that sets the port."""
    found = {}
    bridge = parameters.get("signage_bridge", {})
    suite = parameters.get("rosbridge_websocket", {})
    if "http_port" in bridge:
        found["http_port"] = (str(bridge["bind"]), int(bridge["http_port"]))
    if "rosbridge_port" in bridge and bridge.get("serve_rosbridge", True):
        found["rosbridge_port"] = (str(bridge["bind"]), int(bridge["rosbridge_port"]))
    if "port" in suite:
        found["rosbridge_port"] = (str(suite["address"]), int(suite["port"]))
    return found


def check_ports(wanted: Mapping[str, tuple[str, int]]) -> None:
    """Check that every server can listen where it is told to.

    Raises:
        ConfigurationError: a port is taken, or the address is none of this machine's.
    """
    with ExitStack() as held:
        for name, (address, port) in wanted.items():
            if not 0 <= port <= _LAST_PORT:
                raise ConfigurationError(f"{name}:={port}: expected a port from 1 to {_LAST_PORT}")
            try:
                held.enter_context(listen(address, port))
            except OSError as error:
                raise ConfigurationError(_reason(name, address, port, error)) from None


def _reason(name: str, address: str, port: int, error: OSError) -> str:
    address = shown(address)[1:-1]
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {address} is in use; choose another with {name}:=NUMBER"
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return f"bind:={address}: not an address of this machine"
    return f"{name}:={port}: can't listen on {address}: {error}"
