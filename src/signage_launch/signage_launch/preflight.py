"""Check before the start what would otherwise end a graph that is half started."""

from __future__ import annotations

import errno
import glob
import socket
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import MappingProxyType
from typing import Any

from signage_common.errors import ConfigurationError
from signage_common.home import require

from signage_launch.launch_xml import Plan
from signage_launch.launch_xml.effective import effective_parameters

Settings = Mapping[str, Mapping[str, Any]]
NodeCheck = Callable[[Mapping[str, Any]], None]
_LAST_PORT = 65535


def check(plan: Plan, node_checks: Mapping[str, NodeCheck] = MappingProxyType({})) -> None:
    """Check source, models, page and ports of a planned graph, and what only its nodes' own packages know.

    Args:
        plan: the graph.
        node_checks: called with the parameters of the node that has this name.

    Raises:
        ConfigurationError: one of them is wrong; the message says what, where and what was expected.
    """
    settings = {process.node.rpartition("/")[2]: effective_parameters(process) for process in plan.processes}
    check_source(str(settings.get("camera", {}).get("source", "synthetic")))
    _check_made(settings)
    for node, node_check in node_checks.items():
        if node in settings:
            node_check(settings[node])
    check_ports(listeners(settings))


def _check_made(settings: Settings) -> None:
    """Check that the set-up has made what the nodes look for where no other folder is given."""
    if "face_inference" in settings and not settings["face_inference"].get("models_dir"):
        require("models", "manifest.json")
    if "signage_bridge" in settings and not settings["signage_bridge"].get("page_dir"):
        require("page", "index.html")


def check_source(source: str) -> None:
    """Check that a file, folder or glob exists; devices and addresses may still come.

    Raises:
        ConfigurationError: it does not.
    """
    if source.isdigit() or source.startswith("/dev/") or "://" in source or source in ("synthetic", "awscam"):
        return
    path = str(Path(source).expanduser())
    if not (Path(path).exists() or glob.glob(path, recursive=True)):  # noqa: PTH207  the pattern may be absolute
        expected = "a device, file, folder, glob of photos, rtsp:// or http:// address, or synthetic"
        raise ConfigurationError(f"source {source}: no such file or folder; expected {expected}")


def listeners(settings: Settings) -> dict[str, tuple[str, int]]:
    """Return address and port of every server of the graph, by the launch argument that sets the port."""
    found = {}
    bridge = settings.get("signage_bridge", {})
    suite = settings.get("rosbridge_websocket", {})
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
                held.enter_context(_listen(address, port))
            except OSError as error:
                raise ConfigurationError(_reason(name, address, port, error)) from None


def _listen(address: str, port: int) -> socket.socket:
    family, kind, protocol, _, where = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)[0]
    server = socket.socket(family, kind, protocol)
    try:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(where)
        server.listen(1)
    except BaseException:
        server.close()
        raise
    return server


def _reason(name: str, address: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {address} is in use; choose another with {name}:=NUMBER"
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return f"bind:={address}: not an address of this machine"
    return f"{name}:={port}: can't listen on {address}: {error}"
