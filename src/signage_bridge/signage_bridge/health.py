"""What the bridge knows of the graph's health: who published when, and what the nodes say about themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

LEVELS = ("ok", "warn", "error", "stale")
STALE_S = 5.0


@dataclass(frozen=True)
class NodeStatus:
    """What a node said about itself on /diagnostics.

    Attributes:
        name: such as ``deeplens1: camera``.
        level: index into LEVELS.
        message: one line.
    """

    name: str
    level: int
    message: str


@dataclass
class Activity:
    """The messages of one topic."""

    messages: int = 0
    last_s: float | None = None

    def note(self, now_s: float) -> None:
        """Count one message."""
        self.messages += 1
        self.last_s = now_s


@dataclass(frozen=True)
class Health:
    """The state of the whole: what is wrong, and figures."""

    problems: Sequence[str]
    nodes: Mapping[str, Mapping[str, object]]
    topics: Mapping[str, Mapping[str, object]]


@dataclass
class HealthBook:
    """Notes messages and statuses, and sums them up.

    Attributes:
        devices: the devices that are served; statuses of others are ignored.
        topics: absolute names of the topics that are watched.
    """

    devices: Sequence[str]
    topics: Sequence[str]
    activities: dict[str, Activity] = field(default_factory=dict)
    statuses: dict[str, tuple[NodeStatus, float]] = field(default_factory=dict)

    def note_message(self, topic: str, now_s: float) -> None:
        """Count a message of a topic."""
        self.activities.setdefault(topic, Activity()).note(now_s)

    def note_statuses(self, statuses: Iterable[NodeStatus], now_s: float) -> None:
        """Remember what nodes of the served devices say."""
        for status in statuses:
            if status.name.partition(": ")[0] in self.devices and len(self.statuses) < 100:
                self.statuses[status.name] = (status, now_s)

    def sum_up(self, publishers: Mapping[str, int], now_s: float) -> Health:
        """Sum up.

        Args:
            publishers: how many nodes publish each watched topic now.
            now_s: time on the clock of the notes.
        """
        problems = [*self._ad_problems(publishers), *self._node_problems(now_s)]
        nodes = {name: self._node(status, since, now_s) for name, (status, since) in sorted(self.statuses.items())}
        return Health(problems, nodes, {topic: self._topic(topic, publishers, now_s) for topic in self.topics})

    def _ad_problems(self, publishers: Mapping[str, int]) -> Iterable[str]:
        for device in self.devices:
            topic = f"/{device}/ad"
            if topic not in self.topics:
                continue
            if not publishers.get(topic):
                yield f"nobody publishes {topic}: is ad_selector running?"
            elif topic not in self.activities:
                yield f"no message came on {topic} yet"

    def _node_problems(self, now_s: float) -> Iterable[str]:
        for name, (status, since_s) in sorted(self.statuses.items()):
            if now_s - since_s > STALE_S:
                yield f"{name}: silent for {now_s - since_s:.0f} s"
            elif status.level >= LEVELS.index("error"):
                yield f"{name}: {status.message}"

    def _node(self, status: NodeStatus, since_s: float, now_s: float) -> dict[str, object]:
        level = LEVELS[min(status.level, len(LEVELS) - 1)] if now_s - since_s <= STALE_S else "stale"
        return {"level": level, "message": status.message, "age_s": round(now_s - since_s, 3)}

    def _topic(self, topic: str, publishers: Mapping[str, int], now_s: float) -> dict[str, object]:
        activity = self.activities.get(topic, Activity())
        age_s = None if activity.last_s is None else round(now_s - activity.last_s, 3)
        return {"messages": activity.messages, "age_s": age_s, "publishers": publishers.get(topic, 0)}
