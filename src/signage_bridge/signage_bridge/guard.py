"""Who may talk to the bridge: the Host and Origin rules that keep other web pages out.

A browser sends the Origin of the page that opened a connection; it can't be forged by that page. The Host header
stands for the name that was resolved: an unknown one means that somebody else's name was pointed here (DNS
rebinding). This is the place where tokens for screens would be checked.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from signage_bridge.errors import BridgeError

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_PUBLIC_URL_EXPECTED = "expected an address such as https://sign.example or http://192.0.2.7:8080, and nothing more"
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


class ForbiddenError(BridgeError):
    """A request is refused; the message says why and which parameter would allow it."""


@dataclass(frozen=True)
class Guard:
    """The rules.

    Attributes:
        hosts: names and addresses under which the bridge is known, lower case, without port.
        origins: origins that are allowed beside the page's own, such as ``https://sign.example``.
        page_port: the port of the page.
    """

    hosts: frozenset[str]
    origins: frozenset[str]
    page_port: int

    def check_host(self, host: str | None, local_address: str | None) -> None:
        """Refuse an unknown Host header.

        Args:
            host: the header; None if there is none.
            local_address: the address of this machine at which the connection arrived.

        Raises:
            ForbiddenError: the bridge is not known under that name.
        """
        name = split_host(host)[0]
        if name not in self.hosts and (not local_address or name != _plain(local_address)):
            raise ForbiddenError(f"host {_shorten(host)} is not known here; list it in allowed_hosts")

    def check_origin(self, origin: str | None, host: str | None, local_address: str | None) -> None:
        """Refuse another web page; a client that sends no Origin is no browser and may pass.

        Args:
            origin: the header; None if there is none.
            host: the Host header, which was checked before.
            local_address: the address of this machine at which the connection arrived.

        Raises:
            ForbiddenError: the page is neither ours nor listed.
        """
        if origin is None or normalise_origin(origin) in self.origins:
            return
        name, port = _split_origin(origin)
        # A browser leaves out the usual port in Origin and Host alike, which behind a proxy with TLS is 443 for both.
        same_server = name and (name, port) == split_host(host, port_of_scheme(origin))
        if same_server or (port == self.page_port and (name in self.hosts or name == _plain(local_address or ""))):
            return
        raise ForbiddenError(f"origin {_shorten(origin)} is not allowed here; list it in allowed_origins")


def make_guard(
    bind: str,
    machine: str,
    page_port: int,
    allowed_hosts: Collection[str],
    allowed_origins: Collection[str],
    public: PublicUrl | None = None,
) -> Guard:
    """Make the rules for an address and a machine's name; the rest is what the operator allows beyond them."""
    own = {*LOOPBACK_NAMES, _plain(bind), machine.lower(), machine.lower().partition(".")[0]}
    listed = {_plain(host) for host in allowed_hosts} | ({public.host} if public else set())
    origins = {*map(normalise_origin, allowed_origins), *([public.origin] if public else [])}
    return Guard(frozenset(own | listed) - {""}, frozenset(origins), page_port)


def is_host(text: str) -> bool:
    """Return whether a text is a name or an address, without port."""
    try:
        ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        match = _HOST.fullmatch(text)
        return match is not None and match[2] is None
    return True


def is_origin(text: str) -> bool:
    """Return whether a text is an origin: scheme, host and at most a port, or ``null`` of a page without one."""
    scheme, _, place = text.partition("://")
    return text == "null" or bool(_SCHEME.fullmatch(scheme) and _HOST.fullmatch(place.removesuffix("/")))


@dataclass(frozen=True)
class PublicUrl:
    """The address under which others reach the page.

    Attributes:
        origin: scheme, host and port as browsers write them in Origin.
        host: name or address, without brackets.
    """

    origin: str
    host: str


def read_public_url(text: str) -> PublicUrl | None:
    """Read the address under which others reach the page; None if it is empty.

    Raises:
        ValueError: it is none of a page that stands at the root of its host.
    """
    text = text.strip()
    if not text:
        return None
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError(_PUBLIC_URL_EXPECTED) from None
    usual_port = _DEFAULT_PORTS.get(parts.scheme, 0)
    host = split_host(parts.netloc)[0]
    if not usual_port or not host or port == 0 or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError(_PUBLIC_URL_EXPECTED)
    suffix = "" if port in (None, usual_port) else f":{port}"
    return PublicUrl(f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{suffix}", host)


def split_host(host: str | None, default_port: int = 80) -> tuple[str, int]:
    """Return name and port of a Host header; an empty name if it is malformed."""
    match = _HOST.fullmatch(host or "")
    return (_plain(match[1]), int(match[2] or default_port)) if match else ("", 0)


def port_of_scheme(origin: str) -> int:
    """Return the port that an origin has if it names none; 0 if it is none of a web page."""
    return _DEFAULT_PORTS.get(origin.partition(":")[0].strip().lower(), 0)


def normalise_origin(origin: str) -> str:
    """Return an origin in lower case without a slash at its end."""
    return origin.strip().lower().rstrip("/")


def is_loopback(bind: str) -> bool:
    """Tell whether only this machine can reach an address."""
    try:
        address = ipaddress.ip_address(bind)
        return (getattr(address, "ipv4_mapped", None) or address).is_loopback
    except ValueError:
        return bind == "localhost"


def _split_origin(origin: str) -> tuple[str, int]:
    try:
        parts = urlsplit(origin)
    except ValueError:
        return "", 0
    return split_host(parts.netloc, _DEFAULT_PORTS[parts.scheme]) if parts.scheme in _DEFAULT_PORTS else ("", 0)


def _plain(host: str) -> str:
    """Return a host's name or address in the one form that is compared."""
    name = host.strip().lower().strip("[]").rstrip(".")
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return name
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)


def _shorten(text: str | None) -> str:
    return repr(text if text is None or len(text) <= 100 else text[:97] + "...")
