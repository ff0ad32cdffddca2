"""A rate that allows bursts."""

from __future__ import annotations


class TokenBucket:
    """Tokens that come back at a steady rate, up to a burst."""

    def __init__(self, rate_per_s: float, burst: int) -> None:
        self._rate_per_s = rate_per_s
        self._burst = float(burst)
        self._tokens = float(burst)
        self._filled_s: float | None = None

    def take(self, now_s: float) -> bool:
        """Take one token; return whether there was one."""
        if self._filled_s is not None:
            gained = max(now_s - self._filled_s, 0.0) * self._rate_per_s
            self._tokens = min(self._tokens + gained, self._burst)
        self._filled_s = now_s
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True
