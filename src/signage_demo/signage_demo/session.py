"""One demonstration from the start of the graph to its end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import webbrowser
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from signage_launch.graph import page_address, reachable_host, ssh_hint
from signage_launch.processes.supervisor import Supervisor

from signage_demo.events import Arrival, Decision, Event, EventCounts, Play
from signage_demo.snapshot import SCREEN, Snapshot
from signage_demo.terminal import TerminalReport

_POLL_S = 0.1


@dataclass(frozen=True)
class DemoOptions:
    """What was asked for.

    Attributes:
        seconds: when to end; None for not by itself.
        snapshot: where the picture goes; None for none.
        browser: the browser for the picture.
    """

    seconds: float | None = None
    snapshot: Path | None = None
    browser: str = ""


class Session:
    """Runs the graph, tells of every decision, and counts.

    Attributes:
        counts: what has happened so far.
    """

    def __init__(
        self, supervisor: Supervisor, configurations: Mapping[str, str], report: TerminalReport, options: DemoOptions
    ) -> None:
        """Prepare; nothing is started yet."""
        self._supervisor = supervisor
        self._configurations = configurations
        self._report = report
        self._options = options
        self._snapshot = Snapshot(options.snapshot) if options.snapshot else None
        self.counts = EventCounts()

    @property
    def lacks_snapshot(self) -> bool:
        """Return whether a picture was asked for and none was taken."""
        return self._snapshot is not None and not self._snapshot.is_taken

    def handle(self, event: Event) -> None:
        """Tell of an event and count it."""
        self.counts.add(event)
        match event:
            case Decision():
                self._report.decision(event)
            case Play() if self._snapshot:
                self._snapshot.record(event)
            case Play() | Arrival():
                pass

    async def run(self) -> int:
        """Run until the graph ends, by itself or because the time is over; return its exit status.

        Raises:
            SignageError: the graph could not go on.
        """
        beside = [asyncio.create_task(self._present())]
        if self._options.seconds is not None:
            beside.append(asyncio.create_task(self._end_after(self._options.seconds)))
        try:
            return await self._supervisor.run()
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)

    async def _end_after(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self._supervisor.stop()

    async def _present(self) -> None:
        """Wait for the page, say where it is, and open it where there is a display."""
        await self._page_answers()
        address = page_address(self._configurations)
        self._report.address(address, ssh_hint(self._configurations))
        if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
            await asyncio.to_thread(webbrowser.open, address)
        if self._snapshot is not None:
            try:
                await self._snapshot.take(self._options.browser, page_address(self._configurations, screen=SCREEN))
            except Exception as error:  # the browser may fail in its own ways; the sign goes on
                self._report.say(f"no picture: {str(error).splitlines()[0]}")
            else:
                self._report.say(f"wrote {self._options.snapshot}")

    async def _page_answers(self) -> None:
        host = reachable_host(self._configurations["bind"]).strip("[]")
        while True:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection(host, int(self._configurations["http_port"]))
                writer.close()
                await writer.wait_closed()
                return
            await asyncio.sleep(_POLL_S)
