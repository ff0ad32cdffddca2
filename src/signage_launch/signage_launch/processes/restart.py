"""When a process is started again, and when its end is the end of everything."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from signage_common.errors import EXIT_USAGE

from signage_launch.launch_xml.plan import Respawn

SETTLED_S = 10.0
LONGEST_DELAY_S = 30.0
_LABEL = r"(?P<label>(?P<name>[\w.-]+)-\d+)"
_ERROR = re.compile(rf"^\[{_LABEL}\] error: (?P<text>.*)")
_STARTED = re.compile(rf"\[{_LABEL}\]: process started with pid \[(?P<pid>\d+)\]")
_DIED = re.compile(rf"\[{_LABEL}\]: process has died \[pid \d+, exit code (?P<status>-?\d+)")


@dataclass
class RestartPolicy:
    """When to start a process again, and when not.

    A process that ends soon after its start is waited for twice as long each time, up to half a minute; one that has
    worked for ten seconds starts from the launch file's delay again. Work begins when the process is ready: what it
    takes to find, and to tell, that it can't start is none.

    Attributes:
        respawn: what the launch file says.
        says_ready: whether the process tells when it is ready; one that does not counts as healthy after ten seconds.
        has_been_healthy: whether it has ever been ready.
    """

    respawn: Respawn
    says_ready: bool = True
    has_been_healthy: bool = False
    _began_s: float | None = field(default=None, init=False)
    _quick_ends: int = field(default=0, init=False)
    _restarts: int = field(default=0, init=False)

    def note_start(self, now_s: float) -> None:
        """Take the moment at which the process is started, on any clock that is never set back."""
        self._began_s = None if self.says_ready else now_s

    def note_ready(self, now_s: float) -> None:
        """Take the moment at which the process has said that it is ready."""
        self.has_been_healthy = True
        self._began_s = now_s if self._began_s is None else self._began_s

    def is_final(self, exit_status: int) -> bool:
        """Return whether an end tells of a wrong configuration: status 2 of a process that has never been healthy.

        Trying again would not help then. Later, what it was configured with has proved right, and something that it
        needs has been lost, which may come back.
        """
        return exit_status == EXIT_USAGE and not self.has_been_healthy

    def delay_after(self, exit_status: int, now_s: float) -> float | None:
        """Return the seconds until the next start of a process that ends now, or None if there is none."""
        is_settled = self._began_s is not None and now_s - self._began_s >= SETTLED_S
        self.has_been_healthy |= is_settled and not self.says_ready
        if not self.respawn.is_enabled or self.is_final(exit_status) or self._is_used_up():
            return None
        self._restarts += 1
        self._quick_ends = 0 if is_settled else self._quick_ends + 1
        delay_s = self.respawn.delay_s * 2.0 ** min(max(self._quick_ends - 1, 0), 30)
        return min(delay_s, max(LONGEST_DELAY_S, self.respawn.delay_s))

    def _is_used_up(self) -> bool:
        return 0 <= self.respawn.max_retries <= self._restarts


class LauncherLines:
    """Notices in the lines of ``ros2 launch`` that one of its processes gave up because of bad configuration.

    ``ros2 launch`` itself starts such a process again and again, which is right only if it has been healthy before.
    """

    def __init__(self, own_names: frozenset[str] = frozenset()) -> None:
        """Prepare.

        Args:
            own_names: of the programs that tell when they are ready; others count as healthy after ten seconds.
        """
        self._own_names = own_names
        self._errors: dict[str, str] = {}
        self._starts: dict[str, tuple[int, float]] = {}
        self._ready_pids: set[int] = set()
        self._healthy: set[str] = set()

    def note_ready(self, pid: int) -> None:
        """Take the id of a process that has said that it is ready."""
        self._ready_pids.add(pid)

    def failure_in(self, line: str, now_s: float = 0.0) -> str | None:
        """Take a line; return the one line of a process that has just ended with status 2 for good, else None.

        Args:
            line: of ``ros2 launch``.
            now_s: when it came, on any clock.
        """
        if match := _ERROR.match(line):
            self._errors[match["label"]] = match["text"]
        elif match := _STARTED.search(line):
            self._starts[match["label"]] = int(match["pid"]), now_s
        elif match := _DIED.search(line):
            label = match["label"]
            self._judge(label, match["name"], now_s)
            if int(match["status"]) == EXIT_USAGE and label not in self._healthy:
                return self._errors.get(label) or f"{label} ended with exit status {EXIT_USAGE}"
        return None

    def _judge(self, label: str, name: str, now_s: float) -> None:
        """Note whether a process that has died had been healthy."""
        pid, started_s = self._starts.pop(label, (0, now_s))
        is_settled = now_s - started_s >= SETTLED_S and name not in self._own_names
        if is_settled or pid in self._ready_pids:
            self._healthy.add(label)
        self._ready_pids.discard(pid)
