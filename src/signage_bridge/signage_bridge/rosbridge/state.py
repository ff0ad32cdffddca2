"""What one client has subscribed to, advertised and asked for."""

from __future__ import annotations

from dataclasses import dataclass, field

from signage_bridge.errors import Level
from signage_bridge.policy import Policy
from signage_bridge.rosbridge.fragment import Defragmenter
from signage_bridge.rosbridge.lane import Lane, Options, merge_options
from signage_bridge.rosbridge.limits import Limits
from signage_bridge.rosbridge.outbox import Outbox
from signage_bridge.rosbridge.rate import TokenBucket
from signage_bridge.rosbridge.request import Id
from signage_bridge.rosbridge.status import status_payload


@dataclass
class Subscribed:
    """One topic that the client subscribes to, by however many subscriptions."""

    topic: str
    lane: Lane
    wishes: dict[Id, Options] = field(default_factory=dict)

    def merge(self) -> None:
        """Make the lane follow the wishes."""
        self.lane.options = merge_options(list(self.wishes.values()))


class State:
    """The state of one session; the operations read and change it."""

    def __init__(self, policy: Policy, limits: Limits) -> None:
        self.policy = policy
        self.limits = limits
        self.level = Level.ERROR
        self.subscribed: dict[str, Subscribed] = {}
        self.advertised: dict[str, str] = {}
        self.pending_calls = 0
        self.incoming = TokenBucket(limits.messages_per_s, limits.messages_burst)
        self.publishing = TokenBucket(limits.publishes_per_s, limits.publishes_burst)
        self.fragments = Defragmenter(limits)
        self.lanes: dict[str, Lane] = {}
        self.outbox = Outbox(self.lanes, limits)

    def status(self, level: Level, text: str, request_id: Id) -> None:
        """Tell the client something, if it wants to hear of this level."""
        if level <= self.level:
            self.outbox.reply(status_payload(level, text, request_id))

    def subscriptions(self) -> int:
        """Return how many subscriptions the client has."""
        return sum(len(subscribed.wishes) for subscribed in self.subscribed.values())

    def remove(self, name: str) -> str:
        """End all subscriptions to a topic, named as the client names it; return its absolute name."""
        subscribed = self.subscribed.pop(name)
        self.outbox.forget(self.lanes.pop(name))
        return subscribed.topic
