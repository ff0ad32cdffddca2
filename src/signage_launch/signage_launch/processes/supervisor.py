"""All processes of a plan, from the start to the end of the last one."""

from __future__ import annotations

import asyncio
import signal
from contextlib import AbstractContextManager

from signage_common import private_memory
from signage_common.entry import answered_in, is_ignored
from signage_common.errors import EXIT_FAILED, EXIT_USAGE, ConfigurationError

from signage_launch.launch_xml.plan import Plan
from signage_launch.processes.child import Child
from signage_launch.processes.output import Sink
from signage_launch.processes.run_folder import RunFolder

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """Runs a plan.

    SIGINT, SIGTERM and SIGHUP to this program end every process: SIGINT first, SIGTERM and SIGKILL for one that stays.
    A SIGHUP that is ignored, as ``nohup`` has it, stays so.
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
        folder = RunFolder()
        with self._handling_signals():
            try:
                return await self._run(folder, self._stop_event)
            finally:
                folder.close()
                private_memory.remove_stale()  # of nodes that were killed
                self._sink.flush()

    def _handling_signals(self) -> AbstractContextManager[None]:
        numbers = [number for number in _SIGNALS if number is not signal.SIGHUP or not is_ignored(number)]
        return answered_in(asyncio.get_running_loop(), numbers, self._on_signal)

    def _on_signal(self, number: signal.Signals) -> None:
        self.stop()
        self._sink.write_message("launch", "INFO", f"{number.name}: ending all processes")

    async def _run(self, folder: RunFolder, stopping: asyncio.Event) -> int:
        for level, text in self._plan.messages:
            self._sink.write_message("launch.user", level, text)
        numbered = enumerate(self._plan.processes, start=1)
        children = [Child(plan, f"{plan.name}-{number}", folder, self._sink, stopping) for number, plan in numbered]
        tasks = [asyncio.create_task(self._keep_running(child)) for child in children]
        try:
            statuses = await asyncio.gather(*tasks)
        finally:
            stopping.set()
            await asyncio.gather(*tasks, return_exceptions=True)
        return self._outcome(statuses)

    async def _keep_running(self, child: Child) -> int:
        status = await child.keep_running()
        if child.is_refused and not self._is_stopping:
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
