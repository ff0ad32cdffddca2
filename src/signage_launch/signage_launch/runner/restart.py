"""Decide what follows when a process has ended."""

from __future__ import annotations

from dataclasses import dataclass, field

from signage_common.errors import EXIT_USAGE

from signage_launch.launch_xml.plan import Respawn

SETTLED_S = 10.0
LONGEST_DELAY_S = 30.0


@dataclass
class RestartPolicy:
    """When to start a process again, and when not.

    A process that ends soon after its start is waited for twice as long each time, up to half a minute; one that has
    run for ten seconds starts from the launch file's delay again.

    Attributes:
        respawn: what the launch file says.
    """

    respawn: Respawn
    _quick_ends: int = field(default=0, init=False)
    _restarts: int = field(default=0, init=False)

    def delay_after(self, exit_status: int, lasted_s: float) -> float | None:
        """Return the seconds until the next start, or None if there is none.

        Bad configuration (exit status 2) does not get better by trying again.
        """
        if not self.respawn.enabled or exit_status == EXIT_USAGE or self._used_up():
            return None
        self._restarts += 1
        self._quick_ends = 0 if lasted_s >= SETTLED_S else self._quick_ends + 1
        delay_s = self.respawn.delay_s * 2.0 ** max(self._quick_ends - 1, 0)
        return min(delay_s, max(LONGEST_DELAY_S, self.respawn.delay_s))

    def _used_up(self) -> bool:
        return 0 <= self.respawn.max_retries <= self._restarts
