"""Where the pages of a graph are, in words for people."""

from __future__ import annotations

import getpass
import ipaddress
import socket
from collections.abc import Mapping
from urllib.parse import urlencode

DEFAULT_DEVICE = "deeplens1"


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
