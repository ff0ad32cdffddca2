"""Which topics and services a client may reach, and by which names."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from signage_bridge.errors import Code, OperationError

_NAME = re.compile(r"/?[A-Za-z][A-Za-z0-9_]*(?:/[A-Za-z][A-Za-z0-9_]*)*")

# The types of the topics and services of a device, by their names relative to it.
DEVICE_TYPES = {
    "ad": "signage_msgs/msg/AdSelection",
    "faces": "signage_msgs/msg/FaceArray",
    "playback": "signage_msgs/msg/AdPlayback",
    "presence": "signage_msgs/msg/Presence",
    "choose_ad": "signage_msgs/srv/ChooseAd",
    "record_playback": "signage_msgs/srv/RecordPlayback",
}
DIAGNOSTICS = "/diagnostics"
WATCHED = ("ad", "presence", DIAGNOSTICS)
DIAGNOSTICS_TYPE = "diagnostic_msgs/msg/DiagnosticArray"


@dataclass(frozen=True)
class Policy:
    """The names that are allowed, all absolute.

    Attributes:
        devices: the devices served; names that clients write relative are resolved in the first one's namespace.
        subscribe: topics that clients may subscribe to.
        publish: topics that clients may publish.
        services: services that clients may call.
        newest_only: topics of which only the newest message counts.
    """

    devices: tuple[str, ...]
    subscribe: frozenset[str]
    publish: frozenset[str]
    services: frozenset[str]
    newest_only: frozenset[str]

    def resolve_subscribed(self, name: str) -> str:
        """Return the absolute name of a topic to subscribe to; refuse what is not allowed."""
        return self._resolve(name, self.subscribe, "topic", "subscribed to")

    def resolve_published(self, name: str) -> str:
        """Return the absolute name of a topic to publish; refuse what is not allowed."""
        return self._resolve(name, self.publish, "topic", "published")

    def resolve_service(self, name: str) -> str:
        """Return the absolute name of a service to call; refuse what is not allowed."""
        return self._resolve(name, self.services, "service", "called")

    def type_of(self, name: str) -> str | None:
        """Return the type of a topic or service by its absolute name; None if only the graph knows it."""
        if name == DIAGNOSTICS:
            return DIAGNOSTICS_TYPE
        device, _, relative = name[1:].rpartition("/")
        return DEVICE_TYPES.get(relative) if device in self.devices else None

    @property
    def watched(self) -> list[str]:
        """Return the topics that the bridge subscribes to all the time."""
        own = {absolute(device, name) for device in self.devices for name in WATCHED}
        return sorted(self.subscribe & own)

    def _resolve(self, name: str, allowed: Collection[str], kind: str, verb: str) -> str:
        if len(name) <= 256 and _NAME.fullmatch(name):
            for candidate in (absolute(self.devices[0], name), f"/{name}"):
                if candidate in allowed:
                    return candidate
        may = ", ".join(sorted(allowed)) or "none"
        raise OperationError(f"{kind} {name[:80]!r} may not be {verb}; allowed: {may}", Code.NOT_ALLOWED)


def absolute(device: str, name: str) -> str:
    """Return the absolute name of what a device calls ``name``."""
    return name if name.startswith("/") else f"/{device}/{name}"


def make_policy(
    devices: Sequence[str], subscribe: Iterable[str], publish: Iterable[str], services: Iterable[str]
) -> Policy:
    """Make the policy of some devices; each relative name stands for one of every device."""

    def resolve(names: Iterable[str]) -> frozenset[str]:
        return frozenset(absolute(device, name) for name in names for device in devices)

    return Policy(
        devices=tuple(devices),
        subscribe=resolve(subscribe),
        publish=resolve(publish),
        services=resolve(services),
        newest_only=resolve(["ad", DIAGNOSTICS]),
    )
