"""For how long records are kept, by a clock that may be wrong."""

from __future__ import annotations

import time
from collections.abc import Callable

from signage_common.stamps import NS_PER_S
from sqlalchemy.engine import Connection

from signage_journal import store

_DAY_NS = 86_400 * NS_PER_S
_BELIEVED_AFTER_NS = 7 * _DAY_NS
"""So long a clock must have been going since a gap in what was recorded, until records are old by it."""
_GAP_NS = 2 * _DAY_NS
"""How long nothing may have been recorded without a doubt about the clock."""


class Retention:
    """Lets old records go. A clock that is set forward meanwhile makes nothing old.

    A clock that is wrong from the start is not believed at once. A sign that was off for long begins in the same way:
    what it kept goes some days later.

    Attributes:
        days: for how long records are kept; 0 for ever.
    """

    def __init__(self, days: int, now_ns: Callable[[], int]) -> None:
        """Begin to reckon from what the time of day is now."""
        self.days = days
        self._kept_ns = days * _DAY_NS
        self._now_ns = now_ns
        self._started_ns, self._steady_ns = now_ns(), time.monotonic_ns()

    def is_held(self, connection: Connection) -> bool:
        """Return whether something is old by the clock, but that does not go on from what was recorded."""
        now_ns = self._age_now_ns()
        to_ns = now_ns - min(_BELIEVED_AFTER_NS, self._kept_ns // 2)
        is_old = store.is_any_older(connection, now_ns - self._kept_ns)
        return is_old and not store.was_recorded_between(connection, to_ns - _GAP_NS, to_ns)

    def prune(self, connection: Connection) -> int:
        """Let go of one portion of what is old; return how many records that was."""
        return store.prune(connection, self._age_now_ns() - self._kept_ns, self._now_ns())

    def _age_now_ns(self) -> int:
        return min(self._now_ns(), self._started_ns + time.monotonic_ns() - self._steady_ns)
