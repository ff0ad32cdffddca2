"""What waits for one client on one topic, and when it may go."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

from signage_bridge.rosbridge.payload import Compression, Payload


@dataclass(frozen=True)
class Options:
    """What a client asks for when it subscribes.

    Attributes:
        throttle_s: least time between two messages, seconds.
        queue_length: messages that may wait; None if not asked for.
        fragment_size: longest message that is not cut into fragments, characters; None for any.
        compression: the form of the messages.
    """

    throttle_s: float = 0.0
    queue_length: int | None = None
    fragment_size: int | None = None
    compression: Compression = Compression.NONE


def merge_options(wishes: list[Options]) -> Options:
    """Merge the wishes of several subscriptions of one client to one topic (specification, section 3.3.4)."""
    sizes = [wish.fragment_size for wish in wishes if wish.fragment_size is not None]
    lengths = [wish.queue_length for wish in wishes if wish.queue_length is not None]
    ranks = list(Compression)
    return Options(
        throttle_s=min(wish.throttle_s for wish in wishes),
        queue_length=max(lengths, default=None),
        fragment_size=min(sizes, default=None),
        compression=max((wish.compression for wish in wishes), key=ranks.index),
    )


@dataclass(frozen=True)
class Waiting:
    """One message that waits; ``order`` counts all messages of the client."""

    order: int
    payload: Payload


class Lane:
    """The messages of one topic that wait for one client.

    A latest-value topic holds the newest message only, also while it is throttled, so that the last value always
    arrives. Any other topic holds a bounded queue; throttled without a queue it drops what comes too early.
    """

    def __init__(self, options: Options, latest: bool, max_queued: int) -> None:
        self.options = options
        self.latest = latest
        self.dropped = 0
        self._max_queued = max_queued
        self._waiting: deque[Waiting] = deque()
        self._due_s = -math.inf

    @property
    def head(self) -> Waiting | None:
        """Return the message that goes next."""
        return self._waiting[0] if self._waiting else None

    @property
    def due_s(self) -> float:
        """Return from when on the next message may go."""
        return self._due_s

    @property
    def size(self) -> int:
        """Return how many bytes wait."""
        return sum(len(waiting.payload.data) for waiting in self._waiting)

    def offer(self, waiting: Waiting, now_s: float) -> None:
        """Queue a message, or drop it or older ones as the topic's kind and the client's wishes say."""
        if self.latest:
            self._replace(waiting)
        elif self.options.throttle_s > 0 and not self.options.queue_length and now_s < self._due_s:
            return
        else:
            self._append(waiting)

    def take(self, now_s: float) -> Payload:
        """Return the next message and start the time in which no other may go."""
        self._due_s = now_s + self.options.throttle_s
        return self._waiting.popleft().payload

    def drop_oldest(self) -> None:
        """Drop the message that would go next."""
        self._waiting.popleft()
        self.dropped += 1

    def _replace(self, waiting: Waiting) -> None:
        if self._waiting:
            waiting = Waiting(self._waiting[0].order, waiting.payload)
            self.drop_oldest()
        self._waiting.append(waiting)

    def _append(self, waiting: Waiting) -> None:
        while len(self._waiting) >= min(self.options.queue_length or self._max_queued, self._max_queued):
            self.drop_oldest()
        self._waiting.append(waiting)
