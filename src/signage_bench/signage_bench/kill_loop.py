"""Kill journal, bridge and page at random moments, again and again, and count what is lost or doubled."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from signage_common.home import require
from signage_common.sockets import free_ports
from signage_journal.errors import JournalError

from signage_bench.kept_reports import Differences, JournalContent, Report, compare, missing, read_journal
from signage_bench.measurement import POLL_S, START_S, BenchError, ShowProgress
from signage_bench.node_process import NodeProcess, NodeToRun, running_nodes
from signage_bench.page_to_kill import PageToKill, page_to_kill
from signage_bench.ros_visits import QUICK, Heard, visits
from signage_bench.running_graph import DEVICE
from signage_bench.short_creatives import write_short_creatives

JOURNAL, BRIDGE, PAGE = "journal", "signage_bridge", "page"
VICTIMS = (JOURNAL, BRIDGE, PAGE)
SHORTEST_PAUSE_S, LONGEST_PAUSE_S = 0.05, 4.0
STUCK_S = 60.0
SCREEN = "bench"
S_PER_MIN = 60.0


@dataclass(frozen=True)
class KillOutcome:
    """What became of all that was kept while everything was being killed.

    Attributes:
        kills: how often each was killed.
        waiting: at each kill, how many reports the page had kept that were not in the journal.
        kept: reports that the page had kept when the killing ended.
        drain_s: how long it took then until all were in the journal, or no more came.
        decisions: decisions and ended episodes that were heard.
        lost_audience: which of them are not in the journal.
        differences: between what was kept and what the journal has.
        journal: what it holds.
        browser: its version.
    """

    kills: dict[str, int]
    waiting: list[int]
    kept: int
    drain_s: float
    decisions: int
    lost_audience: list[str]
    differences: Differences
    journal: JournalContent
    browser: str

    @property
    def lost(self) -> int:
        """Return how much is not in the journal as it was kept."""
        return len(self.differences.lost) + len(self.differences.changed) + len(self.lost_audience)

    @property
    def doubled(self) -> int:
        """Return how much is in the journal twice, or leads to plays that never were."""
        return len(self.differences.doubled) + len(self.differences.plays)


@dataclass(frozen=True)
class Kill:
    """One kill: who, and how long after the one before."""

    victim: str
    after_s: float


def plan_kills(count: int, seed: int) -> Iterator[Kill]:
    """Give so many kills at random moments, the same for the same seed; each victim has its turn in each round."""
    rng = random.Random(seed)
    for number in range(count):
        if number % len(VICTIMS) == 0:
            turn = rng.sample(VICTIMS, len(VICTIMS))
        yield Kill(turn[number % len(VICTIMS)], rng.uniform(SHORTEST_PAUSE_S, LONGEST_PAUSE_S))


async def kill_at_random(
    count: int, seed: int, browser: str, domain_id: int, folder: Path, show: ShowProgress
) -> KillOutcome:
    """Run selector, journal, bridge and page, and kill the last three so many times.

    Args:
        count: how often in all.
        seed: of the moments and of whose turn it is.
        browser: the program.
        domain_id: a ROS domain that nobody else uses.
        folder: where everything is kept; empty.
        show: is told how far it is.

    Raises:
        BenchError: something did not start, or ended without being killed.
        ConfigurationError: something is not installed.
    """
    url, nodes = _nodes(folder)
    async with AsyncExitStack() as stack:
        processes = stack.enter_context(running_nodes(nodes, domain_id, folder))
        heard = stack.enter_context(visits(domain_id))
        page, opening = await stack.enter_async_context(page_to_kill(browser, url, folder / "profile"))
        session = _Session(processes, page, opening, heard, folder / "journal.db")
        await session.wait_until_all_works()
        began_s = time.monotonic()
        for number, kill in enumerate(plan_kills(count, seed), 1):
            await session.kill(kill)
            passed_s = time.monotonic() - began_s
            show(passed_s, f"{number} of {count} kills, {_left(passed_s, number, count)}, {len(page.kept)} reports")
        return await session.finish()


def _left(passed_s: float, done: int, count: int) -> str:
    left_s = passed_s / done * (count - done)
    return f"about {left_s / S_PER_MIN:.0f} min left" if left_s > S_PER_MIN else f"about {left_s:.0f} s left"


def _nodes(folder: Path) -> tuple[str, list[NodeToRun]]:
    """Return the page's address and the nodes; the bridge comes back at the same ports."""
    http_port, rosbridge_port = free_ports(2)
    catalogue = write_short_creatives(folder)
    ports = {"http_port": http_port, "rosbridge_port": rosbridge_port, "page_dir": require("page", "index.html").parent}
    nodes = [
        NodeToRun("signage_journal", JOURNAL, {"url": folder / "journal.db"}),
        NodeToRun("ad_selector", "ad_selector", {"catalog": catalogue, "journal": True, **QUICK}),
        NodeToRun("signage_bridge", BRIDGE, {"catalog": catalogue, "journal": True, **ports}),
    ]
    return f"http://127.0.0.1:{http_port}/?device={DEVICE}&screen={SCREEN}", nodes


class _Session:
    """What runs, and what is known of it."""

    def __init__(
        self,
        processes: dict[str, NodeProcess],
        page: PageToKill,
        opening: asyncio.Task[None],
        heard: Heard,
        journal: Path,
    ) -> None:
        self._processes, self._page, self._opening = processes, page, opening
        self._heard, self._journal = heard, journal
        self._kills: Counter[str] = Counter()
        self._waiting: list[int] = []

    async def wait_until_all_works(self) -> None:
        """Wait until reports of the house playlist and of an answer, and a decision, are in the journal."""

        def works() -> bool:
            try:
                content = read_journal(self._journal)
            except JournalError:  # it is being begun
                return False
            return len({bool(report.episode) for report in content.reports}) == 2 and bool(content.decisions)

        end_s = time.monotonic() + START_S
        while not works():
            self._check()
            if time.monotonic() > end_s:
                said = ", ".join(f"{each.name}: {each.last_line()}" for each in self._processes.values())
                raise BenchError(f"waited {START_S:.0f} s in vain for the first reports and decisions; {said}")
            await asyncio.sleep(POLL_S)

    async def kill(self, kill: Kill) -> None:
        """Kill somebody after a pause, and have him started again."""
        await asyncio.sleep(kill.after_s)
        self._check()
        self._waiting.append(len(missing(self._page.kept.values(), read_journal(self._journal).reports)))
        if kill.victim == PAGE:
            await self._page.kill()
        else:
            self._processes[kill.victim].kill()
            self._processes[kill.victim].start()
        self._kills[kill.victim] += 1

    async def finish(self) -> KillOutcome:
        """Wait until everything has reached the journal, end all in order, and compare."""
        kept, audience = list(self._page.kept.values()), self._audience()
        began_s = time.monotonic()
        await self._drain(kept, audience)
        drain_s = time.monotonic() - began_s
        for process in reversed(list(self._processes.values())):
            process.stop()
        content = read_journal(self._journal, with_proof=True)
        return KillOutcome(
            kills=dict(self._kills),
            waiting=self._waiting,
            kept=len(kept),
            drain_s=drain_s,
            decisions=len(audience),
            lost_audience=_unheard(audience, content),
            differences=compare(kept, content),
            journal=content,
            browser=self._page.version,
        )

    def _audience(self) -> list[tuple[str, str]]:
        """Return what the selector has said: decisions and ended episodes by what they are and whose."""
        decided = [("decision", each.episode) for each in self._heard.decisions]
        return [*decided, *(("episode", episode) for episode in self._heard.ended)]

    async def _drain(self, kept: list[Report], audience: list[tuple[str, str]]) -> None:
        """Wait until all is in the journal, or nothing more has come for a while."""
        left, since_s = -1, time.monotonic()
        while left and time.monotonic() - since_s < STUCK_S:
            self._check()
            content = read_journal(self._journal)
            before, left = left, len(missing(kept, content.reports)) + len(_unheard(audience, content))
            if left != before:
                since_s = time.monotonic()
            await asyncio.sleep(POLL_S)

    def _check(self) -> None:
        """Raise what ended without being killed."""
        if self._opening.done():
            self._opening.result()
        for process in self._processes.values():
            process.check()


def _unheard(audience: list[tuple[str, str]], content: JournalContent) -> list[str]:
    """Return which decisions and episodes the journal does not have."""
    known = {*(("decision", episode) for episode in content.decisions)}
    known |= {("episode", episode) for episode in content.episodes}
    return [f"{kind} of {episode}" for kind, episode in audience if (kind, episode) not in known]
