"""Notice in what pip, npm and apt say that a host can't be reached, which each of them wraps in misleading words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

INDEX = "the package index"
_BROKEN = re.compile(
    "connection broken by|Failed to establish a new connection|Max retries exceeded|Read timed out"
    "|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH"
    "|Could not resolve|Could not connect to|Unable to connect to|Temporary failure resolving"
)
_PROXY = re.compile("proxy", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s'\")]+")
_HOSTS = [
    re.compile(pattern)
    for pattern in (
        r"host='(?P<host>[^']+)'",
        r"(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH) (?P<host>[\w.:-]*\w)",
        r"[Rr]esolv(?:e|ing) '(?P<host>[^']+)'",
        r"connect to (?P<host>[\w.-]*\w(?::\d+)?)",
    )
]


class ConnectionWatch:
    """Reads the lines of one program.

    Attributes:
        lost: the host that could not be reached; empty while all could.
    """

    def __init__(self, env: Mapping[str, str]) -> None:
        """Begin; the program's environment may name a proxy."""
        proxies = (env.get(name, "") for name in ("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"))
        self._proxy = next((f"the proxy {_host_of(proxy)}" for proxy in proxies if proxy), "the proxy")
        self._index = INDEX
        self.lost = ""

    def take(self, line: str) -> None:
        """Take a line."""
        if line.startswith("Looking in indexes: "):  # pip does not name it again where it fails
            self._index = next(map(_host_of, _ADDRESS.findall(line)), INDEX)
        if _BROKEN.search(line):
            self.lost = self._host_in(line) or self.lost or self._index

    def _host_in(self, line: str) -> str:
        if _PROXY.search(line):
            return self._proxy
        named = [match["host"] for pattern in _HOSTS if (match := pattern.search(line))]
        return next(iter([*named, *map(_host_of, _ADDRESS.findall(line))]), "")


def _host_of(address: str) -> str:
    """Return host and port of an address, without the name and password that may stand before them."""
    return urlsplit(address if "://" in address else f"//{address}").netloc.rpartition("@")[2]
