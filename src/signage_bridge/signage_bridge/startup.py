"""What the parameters ask for at the start: page, names, ports, guard; whatever is wrong stops the start with one line.

The ports are taken before anything is served.
"""

from __future__ import annotations

import errno
import ipaddress
import re
import resource
import socket
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from signage_common import sockets
from signage_common.errors import ConfigurationError, shown
from signage_common.home import expand_user, require, state_folder

from signage_bridge.guard import Guard, PublicUrl, is_host, is_loopback, is_origin, make_guard, read_public_url
from signage_bridge.http.handlers import INDEX
from signage_bridge.params import SignageBridgeParams, items
from signage_bridge.policy import Policy, make_policy
from signage_bridge.reports import RECORD
from signage_bridge.rosbridge.limits import Limits

BROADCAST = ipaddress.IPv4Address("255.255.255.255")
MAX_FILES = 16_384
RESERVED_FILES = 128  # for ROS, the catalogue, the log
FILES_OF_A_REQUEST = 2  # its connection and what it reads
MIN_CONNECTIONS = 32
_NOT_OURS = (errno.EADDRNOTAVAIL, errno.EINVAL, errno.EAFNOSUPPORT, errno.ENETUNREACH, errno.ENODEV)
_NAME = re.compile(r"/?[A-Za-z][A-Za-z0-9_]*(/[A-Za-z][A-Za-z0-9_]*)*")


@dataclass(frozen=True)
class Setup:
    """What the parameters ask for, checked.

    Attributes:
        params: the parameters.
        policy: what clients may reach.
        page_dir: folder of the built page.
        public: the address under which others reach the page; None for that of the machine.
        limits: how much clients may ask for; changed in the loop's thread only.
        rosbridge_port: where the page finds rosbridge.
        creatives_file: where the names of creatives are kept that screens may report.
    """

    params: SignageBridgeParams
    policy: Policy
    page_dir: Path
    public: PublicUrl | None
    limits: Limits
    rosbridge_port: int
    creatives_file: Path


def read_setup(params: SignageBridgeParams, device: str) -> Setup:
    """Return what the parameters ask for.

    Args:
        params: the parameters.
        device: the device that is served where the parameters name none.

    Raises:
        ConfigurationError: something is wrong.
    """
    policy = read_policy(params, device)
    limits = Limits()
    apply_limits(params, limits)
    creatives_file = state_folder() / f"creatives-{policy.devices[0].replace('/', '-')}.json"
    page_dir, public = find_page(params), read_public(params)
    return Setup(params, policy, page_dir, public, limits, params.rosbridge_port, creatives_file)


def apply_limits(params: SignageBridgeParams, limits: Limits) -> None:
    """Set the limits that parameters set."""
    limits.clients = params.max_clients
    limits.connections = params.max_connections
    limits.message_bytes = params.max_message_bytes
    limits.queued_bytes = params.max_queued_bytes
    limits.heartbeat_s = params.heartbeat_s


def find_page(params: SignageBridgeParams) -> Path:
    """Return the folder of the page.

    Raises:
        ConfigurationError: there is no page.
    """
    if not params.page_dir:
        return require("page", INDEX).parent
    folder = expand_user(params.page_dir).absolute()
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
        [*_names("services", params.services), *([RECORD] if params.journal else [])],
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
        listener = sockets.listen(bind, port)
    except (OSError, ValueError, OverflowError) as error:
        raise ConfigurationError(_why_not_taken(error, bind, port, parameter)) from None
    address = ipaddress.ip_address(str(listener.getsockname()[0]).partition("%")[0])
    if address.is_multicast or address == BROADCAST:
        listener.close()
        raise ConfigurationError(_not_ours(bind))
    return listener


def port_of(listener: socket.socket) -> int:
    """Return the port that a socket listens on."""
    return int(listener.getsockname()[1])


def address_of(listener: socket.socket) -> str:
    """Return the address that a socket listens on, as it stands in a URL: that is what was bound."""
    address = str(listener.getsockname()[0]).replace("%", "%25")
    return f"[{address}]" if ":" in address else address


def read_public(params: SignageBridgeParams) -> PublicUrl | None:
    """Return the address under which others reach the page, if it is not that of the machine.

    Raises:
        ConfigurationError: it is no address of a page.
    """
    try:
        return read_public_url(params.public_url)
    except ValueError as error:
        raise ConfigurationError(f"public_url: {error}, got {shown(params.public_url)}") from None


def read_guard(params: SignageBridgeParams, page_port: int) -> Guard:
    """Return who may connect.

    Raises:
        ConfigurationError: a host or an origin that is to be allowed can be none.
    """
    hosts, origins = items(params.allowed_hosts), items(params.allowed_origins)
    for host in hosts:
        if not is_host(host):
            what = "expected names or addresses without scheme and port, such as sign.example"
            raise ConfigurationError(f"parameter allowed_hosts: {what}, got {shown(host)}")
    for origin in origins:
        if not is_origin(origin):
            what = "expected what browsers send as Origin, such as https://sign.example"
            raise ConfigurationError(f"parameter allowed_origins: {what}, got {shown(origin)}")
    return make_guard(params.bind, socket.gethostname(), page_port, hosts, origins, read_public(params))


def raise_file_limit() -> int:
    """Let the process have as many files open as the system allows, within reason; return how many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MAX_FILES if hard == resource.RLIM_INFINITY else min(hard, MAX_FILES)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        return most
    return soft if soft != resource.RLIM_INFINITY else MAX_FILES


def share_of_files(files: int, limits: Limits) -> tuple[int, int]:
    """Return how many connections page and rosbridge may have, so that no file is ever lacking.

    Args:
        files: how many files the process may have open.
        limits: how many there may be at most.
    """
    room = max(files - RESERVED_FILES, 4 * MIN_CONNECTIONS)
    rosbridge = min(limits.clients + MIN_CONNECTIONS, room // 2)
    page = min(limits.connections, (room - rosbridge) // FILES_OF_A_REQUEST)
    return page, rosbridge


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


def _why_not_taken(error: Exception, bind: str, port: int, parameter: str) -> str:
    if not isinstance(error, OSError) or isinstance(error, socket.gaierror) or error.errno in _NOT_OURS:
        return _not_ours(bind)
    if error.errno == errno.EADDRINUSE:
        return f"{parameter}:={port}: the port is in use on {bind}; choose another one, such as {parameter}:={port + 1}"
    if error.errno == errno.EACCES:
        return f"{parameter}:={port}: no permission for this port; choose one from 1024 on"
    return f"{parameter}:={port} on {bind}: {error.strerror}"


def _not_ours(bind: str) -> str:
    shown = bind if bind.isprintable() else ascii(bind)
    return f"bind:={shown[:60]}: expected an address of this machine"
