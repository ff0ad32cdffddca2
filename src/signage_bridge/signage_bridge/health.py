"""How the whole graph goes, as far as the bridge hears of it: who published when, and what the nodes say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from signage_common.health import Level

STALE_S = 5.0
MAX_NODES = 100


@dataclass(frozen=True)
class NodeStatus:
    """What a node said about itself on /diagnostics.

    Attributes:
        name: such as ``deeplens1/camera: health``.
        level: as in diagnostic_msgs/DiagnosticStatus, where 3 is stale.
        message: one line.
    """

    name: str
    level: int
    message: str


@dataclass
class TopicActivity:
    """The messages of one topic so far."""

    messages: int = 0
    last_s: float | None = None


@dataclass(frozen=True)
class GraphHealth:
    """How the whole graph goes.

    Attributes:
        problems: what is wrong, one line each; empty if all is well.
        nodes: level, message and age of what each node said last.
        topics: messages, age of the newest one and number of publishers of each topic.
    """

    problems: Sequence[str]
    nodes: Mapping[str, Mapping[str, object]]
    topics: Mapping[str, Mapping[str, object]]


@dataclass
class GraphMonitor:
    """Records messages and statuses, and sums them up.

    Attributes:
        devices: the devices that are served; statuses of others are ignored.
        topics: absolute names of the topics that are watched.
    """

    devices: Sequence[str]
    topics: Sequence[str]
    activities: dict[str, TopicActivity] = field(default_factory=dict)
    statuses: dict[str, tuple[NodeStatus, float]] = field(default_factory=dict)

    def record_message(self, topic: str, now_s: float) -> None:
        """Count a message of a topic."""
        activity = self.activities.setdefault(topic, TopicActivity())
        activity.messages += 1
        activity.last_s = now_s

    def record_statuses(self, statuses: Iterable[NodeStatus], now_s: float) -> None:
        """Remember what nodes of the served devices say; of very many nodes those that came first."""
        for status in statuses:
            is_known = status.name in self.statuses
            if _device_of(status.name) in self.devices and (is_known or len(self.statuses) < MAX_NODES):
                self.statuses[status.name] = (status, now_s)

    def health(self, publishers: Mapping[str, int], now_s: float) -> GraphHealth:
        """Sum up.

        Args:
            publishers: how many nodes publish each watched topic now.
            now_s: time on the clock of the records.
        """
        problems = [*self._ad_problems(publishers), *self._node_problems(now_s)]
        nodes = {name: self._node(status, since, now_s) for name, (status, since) in sorted(self.statuses.items())}
        return GraphHealth(problems, nodes, {topic: self._topic(topic, publishers, now_s) for topic in self.topics})

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
            elif status.level >= Level.ERROR:
                yield f"{name}: {status.message}"

    def _node(self, status: NodeStatus, since_s: float, now_s: float) -> dict[str, object]:
        is_stale = now_s - since_s > STALE_S or status.level > Level.ERROR
        level = "stale" if is_stale else Level(status.level).name.lower()
        return {"level": level, "message": status.message, "age_s": round(now_s - since_s, 3)}

    def _topic(self, topic: str, publishers: Mapping[str, int], now_s: float) -> dict[str, object]:
        activity = self.activities.get(topic, TopicActivity())
        age_s = None if activity.last_s is None else round(now_s - activity.last_s, 3)
        return {"messages": activity.messages, "age_s": age_s, "publishers": publishers.get(topic, 0)}


def _device_of(status_name: str) -> str:
    """Return the namespace of the node that a status is of: ``deeplens1`` of ``deeplens1/camera: health``."""
    return status_name.partition(": ")[0].rpartition("/")[0].lstrip("/")
