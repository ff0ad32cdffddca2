"""What the parameters ask for at the start: page, names, ports, guard; whatever is wrong stops the start with one line.

The ports are taken before anything is served.
"""

from __future__ import annotations

import errno
import re
import socket
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from signage_common import sockets
from signage_common.errors import ConfigurationError
from signage_common.home import require

from signage_bridge.guard import Guard, is_loopback, make_guard
from signage_bridge.http.handlers import INDEX
from signage_bridge.params import SignageBridgeParams, items
from signage_bridge.policy import Policy, make_policy

_NAME = re.compile(r"/?[A-Za-z][A-Za-z0-9_]*(/[A-Za-z][A-Za-z0-9_]*)*")


def find_page(params: SignageBridgeParams) -> Path:
    """Return the folder of the page.

    Raises:
        ConfigurationError: there is no page.
    """
    if not params.page_dir:
        return require("page", INDEX).parent
    folder = Path(params.page_dir).expanduser().absolute()
    if not (folder / INDEX).is_file():
        raise ConfigurationError(f"page_dir:={params.page_dir}: expected a folder with {INDEX}")
    return folder


def read_policy(params: SignageBridgeParams, device: str) -> Policy:
    """Return what clients may reach.

    Args:
        params: the parameters.
        device: the device that is served where the parameters name none.

    Raises:
        ConfigurationError: a name is none of ROS.
    """
    return make_policy(
        _names("devices", params.devices) or [device],
        _names("subscribe_topics", params.subscribe_topics),
        _names("publish_topics", params.publish_topics),
        _names("services", params.services),
    )


def take_ports(params: SignageBridgeParams) -> tuple[socket.socket, socket.socket | None]:
    """Return the listening sockets of page and rosbridge; none for rosbridge if another server has it.

    Raises:
        ConfigurationError: a port is in use; then neither is taken.
    """
    if params.serve_rosbridge and params.http_port == params.rosbridge_port != 0:
        raise ConfigurationError(f"rosbridge_port:={params.rosbridge_port}: expected another port than http_port")
    with ExitStack() as stack:
        page = listen(params.bind, params.http_port, "http_port")
        stack.callback(page.close)
        rosbridge = None
        if params.serve_rosbridge:
            rosbridge = listen(params.bind, params.rosbridge_port, "rosbridge_port")
        stack.pop_all()
    return page, rosbridge


def listen(bind: str, port: int, parameter: str) -> socket.socket:
    """Return a listening TCP socket.

    Args:
        bind: an address of this machine, or a name of one.
        port: the port; 0 for any free one.
        parameter: the name of the port's parameter, for the message.

    Raises:
        ConfigurationError: the port is taken, or the address is not one of this machine.
    """
    try:
        return sockets.listen(bind, port)
    except OSError as error:
        raise ConfigurationError(_why_not_taken(error, bind, port, parameter)) from None


def port_of(listener: socket.socket) -> int:
    """Return the port that a socket listens on."""
    return int(listener.getsockname()[1])


def read_guard(params: SignageBridgeParams, page_port: int) -> Guard:
    """Return who may connect."""
    hosts, origins = items(params.allowed_hosts), items(params.allowed_origins)
    return make_guard(params.bind, socket.gethostname(), page_port, hosts, origins)


def exposure_warning(bind: str, ports: Sequence[int]) -> str | None:
    """Return what others can do if the address is not of this machine alone; None if it is."""
    if is_loopback(bind):
        return None
    return (
        f"bind:={bind} lets everybody who reaches this machine, without a password, read the chosen advertisements, "
        f"the presence of people (estimates of groups) and diagnostics, report playback and ask for advertisements "
        f"on the ports {', '.join(map(str, ports))}"
    )


def _names(parameter: str, values: Sequence[str]) -> list[str]:
    names = items(values)
    for name in names:
        if not _NAME.fullmatch(name):
            raise ConfigurationError(f"parameter {parameter}: expected names such as ad or /diagnostics, got {name!r}")
    return names


def _why_not_taken(error: OSError, bind: str, port: int, parameter: str) -> str:
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return f"bind:={bind}: expected an address of this machine"
    if error.errno == errno.EADDRINUSE:
        return f"{parameter}:={port}: the port is in use on {bind}; choose another one, such as {parameter}:={port + 1}"
    if error.errno == errno.EACCES:
        return f"{parameter}:={port}: no permission for this port; choose one from 1024 on"
    return f"{parameter}:={port} on {bind}: {error.strerror}"
