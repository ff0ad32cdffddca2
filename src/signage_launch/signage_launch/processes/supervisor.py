"""All processes of a plan, from the start to the end of the last one."""

from __future__ import annotations

import asyncio
import itertools
import signal
import tempfile
from pathlib import Path

from signage_common.errors import EXIT_FAILED, EXIT_USAGE, ConfigurationError

from signage_launch.launch_xml.plan import Plan
from signage_launch.processes.child import Child
from signage_launch.processes.output import Sink

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """Runs a plan.

    SIGINT, SIGTERM and SIGHUP to this program end every process: SIGINT first, SIGTERM and SIGKILL for one that stays.
    """

    def __init__(self, plan: Plan, sink: Sink) -> None:
        """Prepare; nothing is started yet."""
        self._plan = plan
        self._sink = sink
        self._stop_event: asyncio.Event | None = None
        self._is_stopping = False
        self._failed: Child | None = None

    def stop(self) -> None:
        """End every process; ``run`` returns when the last one is gone."""
        self._is_stopping = True
        if self._stop_event is not None:
            self._stop_event.set()

    async def run(self) -> int:
        """Start every process and wait until all have ended; return the exit status.

        0 after ``stop`` or a signal, and when every process ended well by itself; 1 when one did not.

        Raises:
            ConfigurationError: a process ended with status 2; all others have been ended too.
        """
        self._stop_event = asyncio.Event()
        if self._is_stopping:
            return 0
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.add_signal_handler(number, self._on_signal, number)
        try:
            with tempfile.TemporaryDirectory(prefix="signage-launch-") as folder:
                return await self._run(Path(folder), self._stop_event)
        finally:
            for number in _SIGNALS:
                loop.remove_signal_handler(number)

    def _on_signal(self, number: signal.Signals) -> None:
        self._sink.write_message("launch", "INFO", f"{number.name}: ending all processes")
        self.stop()

    async def _run(self, folder: Path, stopping: asyncio.Event) -> int:
        for level, text in self._plan.messages:
            self._sink.write_message("launch.user", level, text)
        children = self._make_children(folder, stopping)
        tasks = [asyncio.create_task(self._keep_running(child)) for child in children]
        try:
            statuses = await asyncio.gather(*tasks)
        finally:
            stopping.set()
            await asyncio.gather(*tasks, return_exceptions=True)
        return self._outcome(statuses)

    def _make_children(self, folder: Path, stopping: asyncio.Event) -> list[Child]:
        numbers = itertools.count(1)

        def write(text: str) -> Path:
            path = folder / f"parameters-{next(numbers)}.yaml"
            path.write_text(text)
            return path

        numbered = enumerate(self._plan.processes, start=1)
        return [
            Child(plan, f"{plan.name}-{number}", plan.command(write), self._sink, stopping) for number, plan in numbered
        ]

    async def _keep_running(self, child: Child) -> int:
        status = await child.keep_running()
        if status == EXIT_USAGE and not self._is_stopping:
            self._failed = child
        if self._failed is not None or child.plan.ends_launch:
            self.stop()
        return status

    def _outcome(self, statuses: list[int]) -> int:
        if self._failed is not None:
            child = self._failed
            raise ConfigurationError(child.error or f"{child.label} ended with exit status {EXIT_USAGE}")
        if self._is_stopping:
            return 0
        return EXIT_FAILED if any(statuses) else 0
