"""Everything that waits for one client; what it holds is bounded, however slowly the client reads."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from signage_bridge.errors import Code, StatusLevel
from signage_bridge.rosbridge.fragments import fragments_of
from signage_bridge.rosbridge.limits import Limits
from signage_bridge.rosbridge.payload import Compression, Payload, status_payload


@dataclass(frozen=True)
class SubscribeOptions:
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


def merge_options(options: Sequence[SubscribeOptions]) -> SubscribeOptions:
    """Merge the options of several subscriptions of one client to one topic (specification, section 3.3.4)."""
    sizes = [each.fragment_size for each in options if each.fragment_size is not None]
    lengths = [each.queue_length for each in options if each.queue_length is not None]
    ranks = list(Compression)
    return SubscribeOptions(
        throttle_s=min(each.throttle_s for each in options),
        queue_length=max(lengths, default=None),
        fragment_size=min(sizes, default=None),
        compression=max((each.compression for each in options), key=ranks.index),
    )


@dataclass(frozen=True)
class QueuedMessage:
    """One message that waits; ``order`` counts all messages of the client."""

    order: int
    payload: Payload


class TopicQueue:
    """The messages of one topic that wait for one client.

    A topic of which only the newest message counts holds that one, also while it is throttled, so that the last value
    always arrives. Any other topic holds a bounded queue; throttled without a queue it drops what comes too early.
    """

    def __init__(self, options: SubscribeOptions, keeps_newest_only: bool, max_queued: int) -> None:
        self.options = options
        self.keeps_newest_only = keeps_newest_only
        self.dropped = 0
        self._max_queued = max_queued
        self._waiting: deque[QueuedMessage] = deque()
        self._due_s = -math.inf

    @property
    def head(self) -> QueuedMessage | None:
        """Return the message that goes next."""
        return self._waiting[0] if self._waiting else None

    @property
    def due_s(self) -> float:
        """Return from when on the next message may go."""
        return self._due_s

    @property
    def size(self) -> int:
        """Return how many bytes wait."""
        return sum(len(message.payload.data) for message in self._waiting)

    def offer(self, message: QueuedMessage, now_s: float) -> None:
        """Queue a message, or drop it or older ones as the topic's kind and the client's options say."""
        if self.keeps_newest_only:
            self._replace(message)
        elif self.options.throttle_s > 0 and not self.options.queue_length and now_s < self._due_s:
            return
        else:
            self._append(message)

    def take(self, now_s: float) -> Payload:
        """Return the next message and start the time in which no other may go."""
        self._due_s = now_s + self.options.throttle_s
        return self._waiting.popleft().payload

    def drop_oldest(self) -> None:
        """Drop the message that would go next."""
        self._waiting.popleft()
        self.dropped += 1

    def _replace(self, message: QueuedMessage) -> None:
        if self._waiting:
            message = QueuedMessage(self._waiting[0].order, message.payload)
            self.drop_oldest()
        self._waiting.append(message)

    def _append(self, message: QueuedMessage) -> None:
        while len(self._waiting) >= min(self.options.queue_length or self._max_queued, self._max_queued):
            self.drop_oldest()
        self._waiting.append(message)


class Outbox:
    """Replies first, then the messages of all topics in the order in which they came."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._queues: list[TopicQueue] = []
        self._replies: deque[tuple[Payload, int | None]] = deque()
        self._fragments: Iterator[Payload] = iter(())
        self._order = count()
        self._fragmented = count(1)
        self._dropped_replies = 0
        self._dropped_closed = 0

    @property
    def dropped(self) -> int:
        """Return how many messages were dropped because the client read too slowly."""
        return self._dropped_replies + self._dropped_closed + sum(queue.dropped for queue in self._queues)

    def open_queue(self, options: SubscribeOptions, keeps_newest_only: bool) -> TopicQueue:
        """Return a queue for the messages of one topic."""
        queue = TopicQueue(options, keeps_newest_only, self._limits.queued_messages)
        self._queues.append(queue)
        return queue

    def close_queue(self, queue: TopicQueue) -> None:
        """Forget what waits in a queue; what it dropped still counts."""
        self._queues.remove(queue)
        self._dropped_closed += queue.dropped

    def reply(self, payload: Payload, fragment_size: int | None = None) -> None:
        """Queue a status message or service response."""
        if len(self._replies) >= self._limits.queued_replies:
            self._replies.popleft()
            self._dropped_replies += 1
        self._replies.append((payload, fragment_size))

    def offer(self, queue: TopicQueue, payload: Payload, now_s: float) -> None:
        """Queue a message of a topic."""
        queue.offer(QueuedMessage(next(self._order), payload), now_s)
        self._trim()

    def take(self, now_s: float) -> Payload | None:
        """Return what to send next; None if nothing waits that may go yet."""
        piece = next(self._fragments, None)
        if piece is not None:
            return piece
        if self._replies:
            return self._cut(*self._replies.popleft())
        queue = self._next_queue(now_s)
        return None if queue is None else self._cut(queue.take(now_s), queue.options.fragment_size)

    def wake_at_s(self) -> float | None:
        """Return when a message that is throttled now may go; None if nothing waits."""
        return min((queue.due_s for queue in self._queues if queue.head is not None), default=None)

    def _next_queue(self, now_s: float) -> TopicQueue | None:
        heads = ((queue.head.order, queue) for queue in self._queues if queue.head and queue.due_s <= now_s)
        return min(heads, key=lambda head: head[0], default=(0, None))[1]

    def _cut(self, payload: Payload, size: int | None) -> Payload:
        text = payload.data
        if size is None or isinstance(text, bytes) or len(text) <= size:
            return payload
        if len(text) > size * self._limits.fragments:
            problem = f"a message of {len(text)} characters needs more than {self._limits.fragments} fragments"
            return status_payload(StatusLevel.ERROR, problem, code=Code.BAD_MESSAGE)
        self._fragments = fragments_of(text, size, f"fragment:{next(self._fragmented)}")
        return next(self._fragments)

    def _trim(self) -> None:
        """Drop the oldest messages until the bytes that wait are few enough; the newest ad and the like stay."""
        excess = sum(queue.size for queue in self._queues) - self._limits.queued_bytes
        while excess > 0:
            queues = [queue for queue in self._queues if not queue.keeps_newest_only and queue.head is not None]
            oldest = min(queues, key=_head_order, default=None)
            if oldest is None or (len(queues) == 1 and oldest.size == len(_head(oldest).payload.data)):
                return
            excess -= len(_head(oldest).payload.data)
            oldest.drop_oldest()


def _head(queue: TopicQueue) -> QueuedMessage:
    assert queue.head is not None
    return queue.head


def _head_order(queue: TopicQueue) -> int:
    return _head(queue).order
