"""When to try again after a source was lost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class BackOff:
    """How long to wait before each attempt: each time longer, up to a limit.

    Attributes:
        first_s: before the first attempt.
        factor: how much longer each next wait is.
        limit_s: the longest wait.
    """

    first_s: float = 0.5
    factor: float = 2.0
    limit_s: float = 10.0

    def wait_s(self, failures: int) -> float:
        """Return the wait after so many failures in a row; 1 is the first."""
        # Compared before it is raised to the power: a float overflows after a thousand failures.
        growth = min(max(failures, 1) - 1, 64)
        return float(min(self.first_s * self.factor**growth, self.limit_s))
