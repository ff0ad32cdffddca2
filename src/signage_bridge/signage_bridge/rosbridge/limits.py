"""How much one client may ask for, how fast, and how much may wait for it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Limits:
    """Bounds of every session; all share one object, so that a change acts at once.

    Attributes:
        clients: WebSocket clients at one time.
        connections: connections to the port of the page at one time.
        message_bytes: longest message that a client may send, also when it comes in fragments.
        nesting: deepest nesting of arrays and objects in a message.
        messages_per_s: how many messages a client may send in the long run.
        messages_burst: how many it may send at once.
        publishes_per_s: how many messages a client may publish in the long run.
        publishes_burst: how many it may publish at once.
        refusals_per_s: how many messages over the rate are borne in the long run.
        refusals_burst: how many are borne at once, before it is better to hang up.
        subscriptions: subscriptions of one client, all topics together.
        advertisements: topics that one client may advertise.
        pending_calls: service calls of one client that are not answered yet.
        items_per_s: how many elements the lists in the arguments of calls may have in the long run, such as reports.
        items_burst: how many they may have at once.
        fragmented: incoming messages of one client that are not complete yet.
        fragment_timeout_s: how long an incomplete message is kept.
        fragments: pieces into which one outgoing message may be cut.
        frames_per_s: how many WebSocket frames of any kind a client may send in the long run.
        frames_burst: how many it may send at once; more than the messages that are answered, so that those are.
        heartbeat_s: time between pings; a client that does not answer within half of it is gone.
        queued_messages: messages of one topic that may wait for a slow reader.
        queued_bytes: bytes that may wait for a slow reader; one message always may.
        queued_replies: status messages and service responses that may wait for a slow reader.
    """

    clients: int = 512
    connections: int = 1024
    message_bytes: int = 65_536
    nesting: int = 16
    messages_per_s: float = 100.0
    messages_burst: int = 600
    publishes_per_s: float = 20.0
    publishes_burst: int = 200
    refusals_per_s: float = 10.0
    refusals_burst: int = 1000
    subscriptions: int = 64
    advertisements: int = 16
    pending_calls: int = 8
    items_per_s: float = 2000.0
    items_burst: int = 4000
    fragmented: int = 4
    fragment_timeout_s: float = 10.0
    fragments: int = 1024
    frames_per_s: float = 200.0
    frames_burst: int = 2000
    heartbeat_s: float = 20.0
    queued_messages: int = 100
    queued_bytes: int = 1_000_000
    queued_replies: int = 100


class TokenBucket:
    """A rate that allows bursts: tokens that come back steadily, up to a burst."""

    def __init__(self, rate_per_s: float, burst: int) -> None:
        self._rate_per_s = rate_per_s
        self._burst = float(burst)
        self._tokens = float(burst)
        self._filled_s: float | None = None

    def take(self, now_s: float, count: int = 1) -> bool:
        """Take tokens; return whether there were so many, else none is taken."""
        if self._filled_s is not None:
            gained = max(now_s - self._filled_s, 0.0) * self._rate_per_s
            self._tokens = min(self._tokens + gained, self._burst)
        self._filled_s = now_s
        if self._tokens < count:
            return False
        self._tokens -= count
        return True
