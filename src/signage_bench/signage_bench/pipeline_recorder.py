"""Run the graph, the page and the second client, and record them for some time."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass

from ad_selector.presence import PresenceEvent
from signage_common.entry import answered_in, is_ignored
from signage_common.sockets import is_listening
from signage_common.stamps import NS_PER_S

from signage_bench.clients import open_page, record_receipts
from signage_bench.load_meter import LoadMeter
from signage_bench.load_metrics import cpu_seconds
from signage_bench.measurement import BenchError, ShowProgress, showing_progress
from signage_bench.recording import LoadSample, Recording
from signage_bench.ros_observer import observing
from signage_bench.running_graph import DEVICE, GraphToMeasure, RunningGraph, running_graph

SCREEN = "bench"
START_S, WARM_UP_S, GRACE_S, POLL_S, SAMPLE_S = 60.0, 10.0, 1.5, 0.2, 1.0
SHARES_EVERY = 10


@dataclass(frozen=True)
class Session:
    """A running measurement: what is recorded, and who must stay alive for it."""

    graph: RunningGraph
    client: asyncio.Task[None] | None
    recording: Recording

    def check(self) -> None:
        """Raise what ended the graph or the second client, if one has ended."""
        self.graph.check()
        if self.client is not None and self.client.done():
            self.client.result()


async def record(graph_to_measure: GraphToMeasure, browser: str, seconds: float) -> tuple[Recording, str]:
    """Record a graph that a page and a second client watch.

    Args:
        graph_to_measure: which.
        browser: the program that shows the page.
        seconds: how long to measure after the warm-up.

    Returns:
        The recording and the version of the browser.

    Raises:
        BenchError: something did not start in time, or ended too early.
        asyncio.CancelledError: SIGINT or SIGTERM came; everything is ended.
    """
    with cancelled_by_signals(), _observed_graph(graph_to_measure) as (graph, recording):
        await _wait_for(_ready(recording, graph), graph, graph.check)
        async with _second_client(recording, graph) as client, open_page(browser, _page_url(graph)) as version:
            session = Session(graph, client, recording)
            await _wait_for(_shown(recording), graph, session.check)
            await _measure(session, seconds)
    return recording, version


async def record_unwatched(graph_to_measure: GraphToMeasure, seconds: float) -> Recording:
    """Record a graph without page and second client, for its load alone.

    Raises:
        BenchError: it did not start in time, or ended too early.
        asyncio.CancelledError: SIGINT or SIGTERM came; everything is ended.
    """
    with cancelled_by_signals(), _observed_graph(graph_to_measure) as (graph, recording):
        await _wait_for(_ready(recording, graph), graph, graph.check)
        await _measure(Session(graph, None, recording), seconds)
    return recording


@contextlib.contextmanager
def _observed_graph(wanted: GraphToMeasure) -> Iterator[tuple[RunningGraph, Recording]]:
    """Start a graph on its film, and record what is said on its topics."""
    recording = Recording()
    with running_graph(wanted) as graph, observing(recording, DEVICE, SCREEN, wanted.domain_id):
        yield graph, recording


def _page_url(graph: RunningGraph) -> str:
    return f"http://127.0.0.1:{graph.http_port}/?device={DEVICE}&screen={SCREEN}"


@contextlib.contextmanager
def cancelled_by_signals() -> Iterator[None]:
    """Have what ends a program cancel the running task, once, so that everything is ended in order."""
    task = asyncio.current_task()
    if task is None:
        raise RuntimeError("expected to run in a task")
    cancel_once = functools.cache(task.cancel)
    numbers = [number for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP) if not is_ignored(number)]
    with answered_in(asyncio.get_running_loop(), numbers, lambda number: cancel_once()):
        yield


@contextlib.asynccontextmanager
async def _second_client(recording: Recording, graph: RunningGraph) -> AsyncIterator[asyncio.Task[None]]:
    url = f"ws://127.0.0.1:{graph.rosbridge_port}/"
    task = asyncio.create_task(record_receipts(recording, url, DEVICE))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _ready(recording: Recording, graph: RunningGraph) -> dict[str, Callable[[], object]]:
    return {
        "the page's port": lambda: is_listening(graph.http_port),
        "rosbridge's port": lambda: is_listening(graph.rosbridge_port),
        "the camera's count of captured frames": lambda: recording.captured,
        "a message on faces": lambda: recording.frames,
        "a message on ad": lambda: recording.selections,
    }


def _shown(recording: Recording) -> dict[str, Callable[[], object]]:
    return {
        "the advertisement at the second client": lambda: recording.receipts,
        "the page's first report of a play": lambda: recording.plays,
    }


async def _wait_for(
    conditions: Mapping[str, Callable[[], object]], graph: RunningGraph, check: Callable[[], None]
) -> None:
    end_s = time.monotonic() + START_S
    while missing := [what for what, holds in conditions.items() if not holds()]:
        check()
        if time.monotonic() > end_s:
            said = f"the graph's last line: {graph.last_line()}"
            raise BenchError(f"waited {START_S:.0f} s in vain for {' and '.join(missing)}; {said}")
        await asyncio.sleep(POLL_S)


async def _measure(session: Session, seconds: float) -> None:
    """Let the graph warm up, then sample its load once a second; what comes shortly after the end still counts."""
    meter = LoadMeter(session.graph.process.pid)
    with showing_progress("measuring", WARM_UP_S + seconds) as show:
        await _sample(session, meter, WARM_UP_S, lambda passed_s, words: show(passed_s, f"warming up, {words}"))
        first = len(session.recording.loads) - 1
        await _sample(session, meter, seconds, lambda passed_s, words: show(WARM_UP_S + passed_s, words))
    loads = session.recording.loads
    session.recording.window_ns = loads[first].time_ns, loads[-1].time_ns
    await asyncio.sleep(GRACE_S)
    session.check()


async def _sample(session: Session, meter: LoadMeter, seconds: float, show: ShowProgress) -> None:
    """Sample until some seconds have passed; the reading runs in a thread so that receipts are timed meanwhile."""
    loads = session.recording.loads
    start_s = now_s = time.monotonic()
    while now_s - start_s < seconds:
        await asyncio.sleep(SAMPLE_S - (now_s - start_s) % SAMPLE_S)
        loads.append(await asyncio.to_thread(meter.sample, with_shares=len(loads) % SHARES_EVERY == 0))
        session.check()
        now_s = time.monotonic()
        show(now_s - start_s, _summary(session.recording))


def _summary(recording: Recording) -> str:
    episodes = sum(change.event is PresenceEvent.STARTED for change in recording.presence)
    decisions = sum(bool(selection.episode) for selection in recording.selections)
    cores = _cores(recording.loads[-2:])
    return f"{episodes} episodes, {decisions} decisions, {len(recording.frames)} frames analysed, {cores:.2f} cores"


def _cores(pair: list[LoadSample]) -> float:
    if len(pair) < 2:
        return 0.0
    seconds = (pair[1].time_ns - pair[0].time_ns) / NS_PER_S
    return (cpu_seconds(pair[1], pair[1].loads) - cpu_seconds(pair[0], pair[0].loads)) / seconds
