"""What one client has subscribed to, advertised and asked for; the operations read and change it."""

from __future__ import annotations

from dataclasses import dataclass, field

from signage_bridge.errors import Code, StatusLevel
from signage_bridge.policy import Policy
from signage_bridge.rosbridge.fragments import Defragmenter
from signage_bridge.rosbridge.limits import Limits, TokenBucket
from signage_bridge.rosbridge.outbox import Outbox, SubscribeOptions, TopicQueue, merge_options
from signage_bridge.rosbridge.payload import status_payload
from signage_bridge.rosbridge.request import Id


@dataclass
class SubscribedTopic:
    """A topic that the client subscribes to under one name, by however many subscriptions.

    Attributes:
        topic: its absolute name.
        queue: its messages that wait for the client.
        options: what each subscription asks for, by its id.
    """

    topic: str
    queue: TopicQueue
    options: dict[Id, SubscribeOptions] = field(default_factory=dict)

    def add(self, request_id: Id, options: SubscribeOptions) -> None:
        """Add a subscription, or replace the one with the same id."""
        self.options[request_id] = options
        self.queue.options = merge_options(list(self.options.values()))

    def remove(self, request_id: Id) -> None:
        """End one of several subscriptions."""
        del self.options[request_id]
        self.queue.options = merge_options(list(self.options.values()))


class SessionState:
    """The state of one session.

    Attributes:
        level: how much the client wants to hear.
        subscribed: the topics that the client subscribes to, by the name that it uses.
        advertised: the type of each topic that it advertised, by absolute names.
        pending_calls: its service calls that are not answered yet.
        incoming: how many messages it may still send now.
        publishing: how many messages it may still publish now.
        calling: how many elements the lists in the arguments of its calls may still have now.
    """

    def __init__(self, policy: Policy, limits: Limits) -> None:
        self.policy = policy
        self.limits = limits
        self.level = StatusLevel.ERROR
        self.subscribed: dict[str, SubscribedTopic] = {}
        self.advertised: dict[str, str] = {}
        self.pending_calls = 0
        self.incoming = TokenBucket(limits.messages_per_s, limits.messages_burst)
        self.publishing = TokenBucket(limits.publishes_per_s, limits.publishes_burst)
        self.calling = TokenBucket(limits.items_per_s, limits.items_burst)
        self.fragments = Defragmenter(limits)
        self.outbox = Outbox(limits)

    def send_status(self, level: StatusLevel, text: str, request_id: Id, code: Code | None = None) -> None:
        """Tell the client something, if it wants to hear of this level."""
        if level <= self.level:
            self.outbox.reply(status_payload(level, text, request_id, code))

    def count_subscriptions(self) -> int:
        """Return how many subscriptions the client has, all topics together."""
        return sum(len(subscribed.options) for subscribed in self.subscribed.values())

    def add_subscription(self, name: str, topic: str, request_id: Id, options: SubscribeOptions) -> None:
        """Note a subscription to a topic, named as the client names it."""
        if name not in self.subscribed:
            queue = self.outbox.open_queue(options, keeps_newest_only=topic in self.policy.newest_only)
            self.subscribed[name] = SubscribedTopic(topic, queue)
        self.subscribed[name].add(request_id, options)

    def remove_topic(self, name: str) -> str:
        """End all subscriptions to a topic, named as the client names it; return its absolute name."""
        subscribed = self.subscribed.pop(name)
        self.outbox.close_queue(subscribed.queue)
        return subscribed.topic
