"""Everything that waits for one client; what it holds is bounded, however slowly the client reads."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from itertools import count

from signage_bridge.errors import Level
from signage_bridge.rosbridge.lane import Lane, Waiting
from signage_bridge.rosbridge.limits import Limits
from signage_bridge.rosbridge.payload import Payload, fragments_of
from signage_bridge.rosbridge.status import status_payload


class Outbox:
    """Replies first, then the messages of all topics in the order in which they came."""

    def __init__(self, lanes: Mapping[str, Lane], limits: Limits) -> None:
        """Start empty.

        Args:
            lanes: the lane of each topic that is subscribed to, by the name that the client uses; kept by the caller.
            limits: how much may wait.
        """
        self._lanes = lanes
        self._limits = limits
        self._replies: deque[tuple[Payload, int | None]] = deque()
        self._fragments: Iterator[Payload] = iter(())
        self._order = count()
        self._fragmented = count(1)
        self._dropped_replies = 0
        self._dropped_closed = 0

    @property
    def dropped(self) -> int:
        """Return how many messages were dropped because the client read too slowly."""
        return self._dropped_replies + self._dropped_closed + sum(lane.dropped for lane in self._lanes.values())

    def forget(self, lane: Lane) -> None:
        """Keep the count of a lane that the caller removes."""
        self._dropped_closed += lane.dropped

    def reply(self, payload: Payload, fragment_size: int | None = None) -> None:
        """Queue a status message or service response."""
        if len(self._replies) >= self._limits.queued_replies:
            self._replies.popleft()
            self._dropped_replies += 1
        self._replies.append((payload, fragment_size))

    def offer(self, lane: Lane, payload: Payload, now_s: float) -> None:
        """Queue a message of a topic."""
        lane.offer(Waiting(next(self._order), payload), now_s)
        self._trim()

    def take(self, now_s: float) -> Payload | None:
        """Return what to send next; None if nothing waits that may go yet."""
        piece = next(self._fragments, None)
        if piece is not None:
            return piece
        if self._replies:
            return self._cut(*self._replies.popleft())
        lane = self._next_lane(now_s)
        return None if lane is None else self._cut(lane.take(now_s), lane.options.fragment_size)

    def wake_at_s(self) -> float | None:
        """Return when a message that is throttled now may go; None if nothing waits."""
        return min((lane.due_s for lane in self._lanes.values() if lane.head is not None), default=None)

    def _next_lane(self, now_s: float) -> Lane | None:
        heads = ((lane.head.order, lane) for lane in self._lanes.values() if lane.head and lane.due_s <= now_s)
        return min(heads, key=lambda head: head[0], default=(0, None))[1]

    def _cut(self, payload: Payload, size: int | None) -> Payload:
        text = payload.data
        if size is None or isinstance(text, bytes) or len(text) <= size:
            return payload
        if len(text) > size * self._limits.fragments:
            problem = f"a message of {len(text)} characters needs more than {self._limits.fragments} fragments"
            return status_payload(Level.ERROR, problem, None)
        self._fragments = fragments_of(text, size, f"fragment:{next(self._fragmented)}")
        return next(self._fragments)

    def _trim(self) -> None:
        """Drop the oldest messages of queues until the bytes that wait are few enough; latest values stay."""
        excess = sum(lane.size for lane in self._lanes.values()) - self._limits.queued_bytes
        while excess > 0:
            queues = [lane for lane in self._lanes.values() if not lane.latest and lane.head is not None]
            victim = min(queues, key=_head_order, default=None)
            if victim is None or (len(queues) == 1 and victim.size == len(_head(victim).payload.data)):
                return
            excess -= len(_head(victim).payload.data)
            victim.drop_oldest()


def _head(lane: Lane) -> Waiting:
    assert lane.head is not None
    return lane.head


def _head_order(lane: Lane) -> int:
    return _head(lane).order
