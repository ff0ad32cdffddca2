"""What of the device's own texts may be told to clients: no address of a camera, no path of a file, no version."""

from __future__ import annotations

import functools
import re
import zoneinfo
from collections.abc import Collection

from signage_bridge.health import TASK

HIDDEN = "[hidden]"
MAX_TEXT = 500
_ADDRESS = r"[A-Za-z][A-Za-z0-9+.-]*://\S*|\S+@\S+"
_DOTTED = r"\d+(?:\.\d+){2,}\S*"  # an IP address, a version
# From a slash that begins a word to the last slash of the line and the name after it: a folder's name may hold spaces.
_ABSOLUTE = r"(?<![\w.\]])[~.]{0,2}/(?:[^\n]*/)?[^\s/:;,'\"()]*"
_RELATIVE = r"[^\s/'\"(]+/[^\s:;,'\")]+"
# What looks like one and may stand: 3/4, frames/s, and what the system says of a broken disk.
_HARMLESS = r"(?<![^\s'\"(])(?:[0-9.]+/[0-9.]+|\w+/s|(?:Input/output|I/O) error)(?![^\s:;,'\")])"
_SECRET = re.compile("|".join((f"(?P<harmless>{_HARMLESS})", _ADDRESS, _DOTTED, _ABSOLUTE, _RELATIVE)))
_NODE_TASK = re.compile(rf"(?:[A-Za-z_]\w*/)+[A-Za-z_]\w*: {TASK}", re.ASCII)
_PLACES = re.compile(
    r"(?:^|[_ ])(?:source|catalog(?:ue)?|path|file|folder|dir|root|url|uri|address|host|version)s?(?:$|[_ ])",
    re.IGNORECASE,
)


class Disclosure:
    """Hides addresses, paths and versions in texts; names of topics, nodes and time zones look like paths, and stay."""

    def __init__(self, devices: Collection[str]) -> None:
        """Take the devices whose topics and nodes may be named."""
        roots = "|".join(map(re.escape, devices))
        self._name = re.compile(rf"(?<![\w.\]/-])/?(?:(?:{roots})(?:/[A-Za-z_][A-Za-z0-9_]*)+|diagnostics)(?![\w/.-])")

    def text(self, text: str) -> str:
        """Return a text without what nobody else should know, and not longer than a line of a report should be."""
        text = text[:MAX_TEXT]
        parts: list[str] = []
        start = 0
        for name in self._name.finditer(text):
            parts += [_SECRET.sub(_hidden, text[start : name.start()]), name.group()]
            start = name.end()
        return "".join([*parts, _SECRET.sub(_hidden, text[start:])])

    def status_name(self, name: str) -> str:
        """Return the name of a status, which may be that of another device's node."""
        return name if _NODE_TASK.fullmatch(name) else self.text(name)

    def value(self, key: str, value: str) -> str:
        """Return the value of a named figure; none of one that is named after a place."""
        return HIDDEN if _PLACES.search(key) else self.text(value)


def _hidden(secret: re.Match[str]) -> str:
    may_stand = secret["harmless"] is not None or secret.group() in _time_zones()
    return secret.group() if may_stand else HIDDEN


@functools.cache
def _time_zones() -> set[str]:
    return zoneinfo.available_timezones()
