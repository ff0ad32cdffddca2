"""How the whole graph goes, as far as the bridge hears of it: who published when, and what the nodes say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from signage_common.health import Level

STALE_S = 5.0
LINGER_S = 25.0
"""The graph lists what a killed node published for up to 20 s yet; two publishers for longer than that are two."""
MAX_NODES = 100
MAX_TEXT = 500
TASK = "health"
ALONE = ("ad", "faces")
"""Topics of a device that nobody else may publish."""


@dataclass(frozen=True)
class NodeStatus:
    """What a node said about itself on /diagnostics.

    Attributes:
        name: node and task, such as ``deeplens1/camera: health``.
        level: as in diagnostic_msgs/DiagnosticStatus, where 3 is stale.
        message: one line.
    """

    name: str
    level: int
    message: str

    @property
    def node(self) -> str:
        """Return the node's name, such as ``deeplens1/camera``."""
        return self.name.partition(": ")[0]

    @property
    def device(self) -> str:
        """Return the device that the node belongs to."""
        return self.node.rpartition("/")[0]


@dataclass
class TopicActivity:
    """The messages of one topic so far."""

    messages: int = 0
    last_s: float | None = None


@dataclass(frozen=True)
class GraphHealth:
    """How the whole graph goes.

    Attributes:
        missing: what does not come: nobody publishes it, or a node has fallen silent; one line each.
        twins: what comes from two at once; one line each.
        failing: what nodes say is wrong with them; one line each.
        nodes: level, message and age of what each node said last.
        topics: messages, age of the newest one and number of publishers of each topic.
    """

    missing: Sequence[str]
    twins: Sequence[str]
    failing: Sequence[str]
    nodes: Mapping[str, Mapping[str, object]]
    topics: Mapping[str, Mapping[str, object]]

    @property
    def problems(self) -> list[str]:
        """Return all that is wrong; empty if all is well."""
        return [*self.missing, *self.twins, *self.failing]


@dataclass
class GraphMonitor:
    """Records messages, statuses and publishers, and sums them up; all times are of one clock that nobody sets.

    Attributes:
        devices: the devices that are served; statuses of others are ignored.
        topics: absolute names of the topics that are watched.
        journals: absolute names of the services by which journals keep what screens report; empty without a journal.
    """

    devices: Sequence[str]
    topics: Sequence[str]
    journals: Sequence[str] = ()
    activities: dict[str, TopicActivity] = field(default_factory=dict)
    statuses: dict[str, tuple[NodeStatus, float]] = field(default_factory=dict)
    publishers: Mapping[str, int] = field(default_factory=dict)
    several_since_s: dict[str, float] = field(default_factory=dict)
    offered: Mapping[str, bool] = field(default_factory=dict)

    @property
    def counted_topics(self) -> list[str]:
        """Return the topics whose publishers are to be counted."""
        return sorted({*self.topics, *(f"/{device}/{name}" for device in self.devices for name in ALONE)})

    def record_message(self, topic: str, now_s: float) -> None:
        """Count a message of a topic."""
        activity = self.activities.setdefault(topic, TopicActivity())
        activity.messages += 1
        activity.last_s = now_s

    def record_statuses(self, statuses: Iterable[NodeStatus], now_s: float) -> None:
        """Remember what nodes of the served devices say; of very many nodes those that came first."""
        for status in statuses:
            is_known = status.name in self.statuses
            if status.device in self.devices and (is_known or len(self.statuses) < MAX_NODES):
                short = NodeStatus(status.name[:MAX_TEXT], status.level, status.message[:MAX_TEXT])
                self.statuses[short.name] = (short, now_s)

    def record_publishers(self, publishers: Mapping[str, int], now_s: float) -> None:
        """Remember how many nodes publish each topic now."""
        self.publishers = publishers
        several = {topic for topic, count in publishers.items() if count > 1}
        self.several_since_s = {topic: self.several_since_s.get(topic, now_s) for topic in several}

    def record_services(self, offered: Mapping[str, bool]) -> None:
        """Remember whether somebody offers each of the journals' services now."""
        self.offered = offered

    def health(self, now_s: float) -> GraphHealth:
        """Sum up."""
        nodes = {name: self._node(status, since, now_s) for name, (status, since) in sorted(self.statuses.items())}
        return GraphHealth(
            missing=[*self._missing_ads(), *self._missing_journals(), *self._silent_nodes(now_s)],
            twins=list(self._twins(now_s)),
            failing=list(self._failing_nodes(now_s)),
            nodes=nodes,
            topics={topic: self._topic(topic, now_s) for topic in self.topics},
        )

    def _missing_ads(self) -> Iterable[str]:
        for device in self.devices:
            topic = f"/{device}/ad"
            if topic not in self.topics:
                continue
            if not self.publishers.get(topic):
                yield f"nobody publishes {topic}: is ad_selector running?"
            elif topic not in self.activities:
                yield f"no message came on {topic} yet"

    def _missing_journals(self) -> Iterable[str]:
        for service in self.journals:
            if not self.offered.get(service):
                yield f"nobody offers {service}: is the journal running?"

    def _twins(self, now_s: float) -> Iterable[str]:
        alone = {f"/{device}/{name}" for device in self.devices for name in ALONE}
        for topic, since_s in sorted(self.several_since_s.items()):
            if topic in alone and now_s - since_s > LINGER_S:
                yield f"{self.publishers[topic]} nodes publish {topic}: give each device a name of its own"

    def _silent_nodes(self, now_s: float) -> Iterable[str]:
        for status, since_s in self._in_order():
            if now_s - since_s > STALE_S:
                yield f"{self._label(status)}: silent for {now_s - since_s:.0f} s"

    def _failing_nodes(self, now_s: float) -> Iterable[str]:
        for status, since_s in self._in_order():
            if now_s - since_s <= STALE_S and status.level >= Level.ERROR:
                yield f"{self._label(status)}: {status.message}"

    def _in_order(self) -> list[tuple[NodeStatus, float]]:
        return [self.statuses[name] for name in sorted(self.statuses)]

    def _label(self, status: NodeStatus) -> str:
        """Return how a node is called where the device is clear: ``camera``; another one's, or a task, in full."""
        node = status.node.rpartition("/")[2] if len(self.devices) == 1 else status.node
        task = status.name.partition(": ")[2]
        return node if task == TASK else f"{node}: {task}"

    def _node(self, status: NodeStatus, since_s: float, now_s: float) -> dict[str, object]:
        is_stale = now_s - since_s > STALE_S or status.level > Level.ERROR
        level = "stale" if is_stale else Level(status.level).name.lower()
        return {"level": level, "message": status.message, "age_s": round(now_s - since_s, 3)}

    def _topic(self, topic: str, now_s: float) -> dict[str, object]:
        activity = self.activities.get(topic, TopicActivity())
        age_s = None if activity.last_s is None else round(now_s - activity.last_s, 3)
        return {"messages": activity.messages, "age_s": age_s, "publishers": self.publishers.get(topic, 0)}
