"""Hold what must reach somebody until he has acknowledged it: in order, in portions, within a bound."""

from __future__ import annotations

import itertools
from collections import deque
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Outbox(Generic[Item]):
    """A queue of which one portion at a time is on its way.

    Attributes:
        dropped: how many were let go unacknowledged, the oldest first, because too many waited.
    """

    def __init__(self, most_waiting: int, most_at_once: int, patience_s: float) -> None:
        """Begin empty.

        Args:
            most_waiting: how many are held.
            most_at_once: how many are sent together.
            patience_s: how long an answer is waited for before the portion is sent again, s.
        """
        self.dropped = 0
        self._items: deque[Item] = deque()
        self._most_waiting, self._most_at_once, self._patience_s = most_waiting, most_at_once, patience_s
        self._sent: list[Item] = []
        self._sent_s = 0.0

    def __len__(self) -> int:
        return len(self._items)

    def add(self, item: Item) -> None:
        """Take in an item."""
        self._items.append(item)
        if len(self._items) > self._most_waiting:
            self.dropped += 1
            gone = self._items.popleft()
            if self._sent and self._sent[0] is gone:
                del self._sent[0]

    def next(self, now_s: float) -> list[Item]:
        """Return the portion that is to be sent now, which may have been sent before; empty if none is.

        Args:
            now_s: the steady time, s.
        """
        if self._sent and now_s - self._sent_s < self._patience_s:
            return []
        self._sent = list(itertools.islice(self._items, self._most_at_once))
        self._sent_s = now_s
        return list(self._sent)

    def acknowledge(self) -> None:
        """Let go of the portion that is on its way: it has arrived."""
        for _ in self._sent:
            self._items.popleft()
        self._sent = []

    def put_back(self) -> None:
        """Keep the portion that was on its way: it has not arrived."""
        self._sent = []
