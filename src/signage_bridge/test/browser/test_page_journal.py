"""The page where a journal keeps its reports: every play arrives there once, whatever is cut, away or killed."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil
import pytest
from journal_node import JournalNode, Row
from page_stage import FILM_S, Bridge, Selector, Sign
from signage_common.browser import CHROMIUM_FLAGS, find_browser
from signage_common.process_testing import ProgramUnderTest
from signage_common.ros_testing import Graph
from signage_common.stamps import NS_PER_S
from signage_journal.ros_crash_testing import held_keys
from signage_msgs.msg import AdPlayback
from signage_msgs.srv import RecordPlayback

pytestmark = pytest.mark.browser
STARTED, COMPLETED, INTERRUPTED = AdPlayback.STARTED, AdPlayback.COMPLETED, AdPlayback.INTERRUPTED


@pytest.fixture(scope="module")
def bridge_process(graph: Graph, catalogue: Path) -> Iterator[Bridge]:
    each = Bridge(graph, catalogue, journal="true")
    try:
        yield each
    finally:
        each.stop()


@pytest.fixture(scope="module")
def journal_node(graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> JournalNode:
    return graph.add(JournalNode, tmp_path_factory.mktemp("journal") / "journal.db", namespace="deeplens1")


@pytest.fixture
def journal(journal_node: JournalNode) -> JournalNode:
    journal_node.calls.clear()
    journal_node.answers.clear()
    return journal_node


def plays(rows: list[Row]) -> list[tuple[Row, Row]]:
    """Return start and end of each play that is over, in order."""
    ends = {row.play_id: row for row in rows if row.event != STARTED}
    return [(row, ends[row.play_id]) for row in rows if row.event == STARTED and row.play_id in ends]


def check_unbroken(rows: list[Row], length_s: float, slack_s: float) -> None:
    """Each play was completed after its length, and the next one followed on it; at most the last one still runs."""
    over = plays(rows)
    assert len(over) >= 3 and len([row for row in rows if row.event == STARTED]) - len(over) <= 1
    for start, end in over:
        assert end.event == COMPLETED
        assert abs((end.stamp_ns - start.stamp_ns) / NS_PER_S - length_s) < slack_s
    for (_, end), (start, _) in pairwise(over):
        assert -slack_s < (start.stamp_ns - end.stamp_ns) / NS_PER_S < slack_s


def test_a_showing_is_kept_with_its_campaign_and_then_published(open_sign, selector, journal):
    sign = open_sign()
    sign.wait_for(creative="house")
    selector.select("red", episode="e1")
    sign.wait(lambda: selector.heard(COMPLETED, "red"), "completed, on the topic")
    (start, end), *_ = plays([row for row in journal.rows(selector.screen) if row.creative == "red"])
    assert (start.campaign, start.episode, end.campaign, end.event) == ("spring", "e1", "spring", COMPLETED)
    assert [play.campaign for play in selector.heard(STARTED, "house")][:1] == [""]
    sign.wait_for(reportsWaiting=0, reportsRefused=0, reportsProblem="")


def test_reports_are_on_the_disk_before_anything_else_becomes_of_them(open_sign, selector, journal):
    script = """
    window.durabilities = [];
    const add = IDBObjectStore.prototype.add;
    IDBObjectStore.prototype.add = function () {
        window.durabilities.push(this.transaction.durability);
        return add.apply(this, arguments);
    };
    """
    sign = open_sign(script=script)
    sign.wait(lambda: journal.rows(selector.screen), "the first report")
    assert set(sign.page.evaluate("window.durabilities")) == {"strict"}


HOUR_S = 3600
PICTURE_S = 30
# The page's clocks and timers, which begin some time ago, and once stopped go on only as the test says; what the
# browser itself does (decoding, frames, its disk) takes its own time meanwhile, and no time passes before the disk has
# what the page wrote.
SLOW_CLOCK = """
const real = { now: performance.now.bind(performance), set: setTimeout.bind(window), Date: Date.now.bind(Date) };
const epochMs = real.Date() - real.now() - AGO_MS;
const timers = new Map();
let offsetMs = 0, stoppedMs, last = 0, begunMs = 0;
const now = () => stoppedMs ?? real.now() + offsetMs;
performance.now = now;
Date.now = () => epochMs + now();
window.setTimeout = (action, ms = 0) => (timers.set(++last, { action, atMs: now() + ms }), last);
window.clearTimeout = (timer) => timers.delete(timer);
window.setInterval = (action, ms) => window.setTimeout(() => (action(), window.setInterval(action, ms)), ms);
const nextFrame = requestAnimationFrame.bind(window);
window.requestAnimationFrame = (action) => nextFrame(() => action(now()));
const yieldToBrowser = (ms = 0) => new Promise((resolve) => real.set(resolve, ms));
const fireUntil = async (endMs, setNow) => {
    for (;;) {
        const due = [...timers].filter(([, { atMs }]) => atMs <= endMs).sort((a, b) => a[1].atMs - b[1].atMs)[0];
        if (!due) return;
        timers.delete(due[0]);
        setNow(Math.max(due[1].atMs, now()));
        due[1].action();
        await yieldToBrowser();
    }
};
const untilWritten = async () => {
    for (const { name } of await indexedDB.databases()) {
        const opening = indexedDB.open(name);
        await new Promise((resolve, reject) => ((opening.onsuccess = resolve), (opening.onerror = reject)));
        const transaction = opening.result.transaction([...opening.result.objectStoreNames], "readwrite");
        await new Promise((resolve, reject) => ((transaction.oncomplete = resolve), (transaction.onabort = reject)));
        opening.result.close();
    }
};
const flow = async () => {
    if (stoppedMs === undefined) await fireUntil(now(), () => undefined);
    real.set(flow, 5);
};
void flow();
window.time = {
    stop: () => void (begunMs = stoppedMs = now()),
    goOn: () => void ((offsetMs = stoppedMs - real.now()), (stoppedMs = undefined)),
    pass: async (ms, realMs = 0) => {
        const endMs = now() + ms;
        await fireUntil(endMs, (atMs) => (stoppedMs = atMs));
        stoppedMs = endMs;
        await yieldToBrowser(realMs);
    },
    untilNextPlay: async (lengthMs) => {
        const before = window.signage;
        await window.time.pass(Math.max(0, begunMs + lengthMs - 60 - now()));
        while (window.signage.playId === before.playId) await window.time.pass(10, 10);
        begunMs = now();
        while (window.signage.reportsWaiting < before.reportsWaiting + 2) await yieldToBrowser();
        await untilWritten();
        return window.signage.playId;
    },
};
"""


@pytest.mark.fault
def test_an_hour_without_the_network_and_every_play_arrives_once(open_sign, selector, cable, journal):
    sign = open_sign(script=f"{{ {SLOW_CLOCK.replace('AGO_MS', str((HOUR_S + 300) * 1000))} }}")
    message = selector.compose("picture")
    message.durations_s = [float(PICTURE_S)]
    selector.again(message)
    sign.wait_for(creative="picture", state="house-loop", reportsWaiting=0)
    sign.wait(lambda: sign.status["mediaKept"] == sign.status["mediaTotal"] > 0, "the media")
    cable.cut()
    sign.page.context.set_offline(True)  # neither manifest nor media come any more
    sign.wait_for(state="disconnected")
    sign.page.evaluate("window.time.stop()")
    first = sign.status["playId"]
    ids = [sign.page.evaluate(f"window.time.untilNextPlay({PICTURE_S * 1000})") for _ in range(HOUR_S // PICTURE_S)]
    assert not {row.play_id for row in journal.rows(selector.screen)} & set(ids)
    sign.page.evaluate("window.time.goOn()")
    sign.page.context.set_offline(False)
    cable.mend()
    sign.wait(lambda: sign.status["connection"] == "connected" and sign.status["reportsWaiting"] == 0, "the queue")
    rows = [row for row in journal.rows(selector.screen) if row.play_id in {first, *ids}]
    assert [start.play_id for start, _ in plays(rows)] == [first, *ids[:-1]]
    assert len(ids) == len(set(ids)) == 120 and len({(row.play_id, row.event) for row in rows}) == len(rows)
    check_unbroken([row for row in rows if row.play_id != first], PICTURE_S, slack_s=1.0)
    assert sum(journal.calls) == len(journal.rows(selector.screen)), "each was asked for once"
    heard = [(play.play_id, play.event) for play in selector.plays]
    assert len(heard) == len(set(heard))


@pytest.mark.fault
def test_while_the_journal_is_away_reports_wait_and_then_arrive_in_order(open_sign, selector, journal):
    sign = open_sign()
    sign.wait(lambda: journal.rows(selector.screen), "the first report")
    journal.go()
    sign.wait(lambda: sign.status["reportsWaiting"] >= 5, "reports waiting")
    assert sign.status["state"] == "house-loop" and "record_playback" in sign.status["reportsProblem"]
    journal.come()
    play_id = sign.status["playId"]
    sign.wait(lambda: [row for row in journal.rows(selector.screen) if row.play_id == play_id], "the newest report")
    sign.wait_for(reportsWaiting=0, reportsProblem="")
    check_unbroken(journal.rows(selector.screen), FILM_S, slack_s=1.0)


@pytest.mark.fault
def test_a_bridge_killed_between_the_journal_and_the_page_doubles_nothing(open_sign, selector, journal, bridge):
    sign = open_sign()
    sign.wait(lambda: journal.rows(selector.screen), "the first report")
    sign.wait_for(reportsWaiting=0)
    journal.calls.clear()
    kills = []

    def kill() -> None:
        journal.on_kept = lambda: None
        kills.append(len(journal.rows(selector.screen)))
        bridge.kill()

    for _ in range(3):
        journal.on_kept = kill
        count = len(kills)
        sign.wait(lambda count=count: len(kills) > count, "the kill")
        sign.wait(lambda: sign.status["state"] == "disconnected" and sign.status["reportsWaiting"] >= 2, "a report")
        bridge.start()
        sign.wait_for(state="house-loop", reportsWaiting=0)
    rows = journal.rows(selector.screen)
    check_unbroken(rows, FILM_S, slack_s=1.0)
    assert sum(journal.calls) >= len(rows) - kills[0] + 1 + len(kills), "what was not answered was asked again"
    heard = [(play.play_id, play.event) for play in selector.plays]
    assert {(row.play_id, row.event) for row in rows} >= set(heard)


def kept_rows(path: Path) -> list[Row]:
    """Return start and end of each play that the real journal holds, whose chain must be whole."""
    keys = held_keys(str(path))
    assert len(keys) == len(set(keys))
    with sqlite3.connect(path) as database:
        query = "SELECT play_id, screen, creative, campaign, episode, started_ns, ended_ns, outcome FROM plays"
        plays = database.execute(query).fetchall()
    events = {"completed": COMPLETED, "interrupted": INTERRUPTED}
    rows = [Row(play_id, STARTED, started_ns, *names) for play_id, *names, started_ns, _, _ in plays]
    rows += [
        Row(play_id, events[outcome], ended_ns, *names)
        for play_id, *names, _, ended_ns, outcome in plays
        if ended_ns is not None
    ]
    return sorted(rows, key=lambda row: row.stamp_ns)


@pytest.mark.fault
def test_the_real_journal_is_killed_while_a_page_reports(open_sign, selector, journal, graph, tmp_path):
    path = tmp_path / "journal.db"
    program = [sys.executable, "-c", "from signage_journal.node import main; main()"]
    command = [*program, "--ros-args", "-r", "__ns:=/deeplens1", "-p", f"url:={path}"]
    journal.go()
    try:
        sign = open_sign()
        for number in range(3):
            with ProgramUnderTest(command, graph.env) as running:
                sign.wait(
                    lambda number=number: sign.status.get("reportsAccepted", 0) > 2 * number, "an acknowledgement"
                )
                running.end(signal.SIGKILL)
            sign.wait(lambda: sign.status["reportsWaiting"] >= 2 and sign.status["reportsProblem"], "reports waiting")
        with ProgramUnderTest(command, graph.env) as running:
            sign.wait_for(reportsWaiting=0, reportsProblem="", reportsRefused=0)
            running.end()
    finally:
        journal.come()
    rows = kept_rows(path)
    check_unbroken(rows, FILM_S, slack_s=1.0)
    assert {row.screen for row in rows} == {selector.screen}


@pytest.mark.fault
def test_a_browser_that_is_killed_delivers_when_it_is_back(
    chromium: Any, tmp_path: Path, bridge: Bridge, selector: Selector, journal: JournalNode
):
    journal.answers = [RecordPlayback.Response(success=False, message="not yet")] * 1000
    address = f"http://127.0.0.1:{bridge.http_port}/?device=deeplens1&screen={selector.screen}"
    known = set()
    for _ in range(2):
        with_profile = open_profile(chromium, tmp_path / "profile")
        sign = Sign(with_profile.pages[0], selector)
        sign.page.goto(address)
        sign.wait_for(creative="house")
        most = len(known) + 2
        sign.wait(lambda sign=sign, most=most: len(waiting(sign)) >= most, "reports on the disk")
        known |= waiting(sign)
        kill_browser(tmp_path / "profile")
        with pytest.raises(Exception, match="closed"):
            with_profile.close()
    journal.answers.clear()
    with_profile = open_profile(chromium, tmp_path / "profile")
    sign = Sign(with_profile.pages[0], selector)
    sign.page.goto(address)
    sign.wait(
        lambda: known <= {(row.play_id, row.event) for row in journal.rows(selector.screen)}, "reports of both lives"
    )
    with_profile.close()


def open_profile(chromium: Any, folder: Path) -> Any:
    """Start a browser of its own, which finds what it kept."""
    program = find_browser(os.environ)
    return chromium.browser_type.launch_persistent_context(
        folder, executable_path=program, args=CHROMIUM_FLAGS, viewport={"width": 960, "height": 540}
    )


def kill_browser(profile: Path) -> None:
    """Kill all processes of a browser, as a power cut would."""
    ours = [
        each
        for each in psutil.process_iter(["cmdline"])
        if any(str(profile) in word for word in each.info["cmdline"] or [])
    ]
    family = {process for each in ours for process in (each, *each.children(recursive=True))}
    for process in family:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(family)


READ_REPORTS = """
(name) => new Promise((resolve, reject) => {
    const opening = indexedDB.open(name);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
        const asking = opening.result.transaction("reports").objectStore("reports").getAll();
        asking.onsuccess = () => {
            opening.result.close();
            resolve(asking.result.map(({ play_id, event }) => [play_id, event]));
        };
    };
})
"""


def waiting(sign: Sign) -> set[tuple[str, int]]:
    """Return the reports that the browser keeps on its disk."""
    name = f"signage-reports/deeplens1/{sign.selector.screen}"
    return {(play_id, event) for play_id, event in sign.page.evaluate(READ_REPORTS, name)}


def test_two_pages_of_one_screen_lose_and_double_nothing(open_sign, selector, cable, journal):
    signs = [open_sign() for _ in range(2)]
    for sign in signs:
        sign.wait(lambda sign=sign: sign.status.get("creative") == "house", "the house loop")
    cable.cut()
    signs[0].wait(lambda: len(waiting(signs[0])) >= 8, "reports of both")
    known = waiting(signs[0])
    cable.mend()
    signs[0].wait(lambda: known <= {(row.play_id, row.event) for row in journal.rows(selector.screen)}, "all of them")
    signs[0].wait(
        lambda: all(sign.status["reportsRefused"] == 0 for sign in signs) and not waiting(signs[0]), "the end"
    )


FILL = """
async ([name, screen, count]) => {
    const opening = indexedDB.open(name);
    await new Promise((resolve) => (opening.onsuccess = resolve));
    const transaction = opening.result.transaction("reports", "readwrite");
    const begin = Math.floor(Date.now() / 1000) - 20 * 86400;
    for (let i = 0; i < count; i += 1)
        transaction.objectStore("reports").add({
            stamp: { sec: begin + i, nanosec: 0 }, screen, device: "deeplens1", play_id: `old-${screen}-${i}`,
            creative: "house", episode: "", event: 1, detail: "",
        });
    await new Promise((resolve) => (transaction.oncomplete = resolve));
    opening.result.close();
}
"""


@pytest.mark.fault
def test_a_long_queue_of_an_older_page_goes_in_few_calls_in_order(open_sign, selector, cable, journal):
    count = 1000
    sign = open_sign()
    sign.wait_for(creative="house")
    cable.cut()
    sign.wait_for(state="disconnected")
    sign.page.evaluate(FILL, [f"signage-reports/deeplens1/{selector.screen}", selector.screen, count])
    journal.calls.clear()
    cable.mend()
    sign.wait(lambda: sign.status["connection"] == "connected" and not waiting(sign), "the end of the queue")
    old = [row for row in journal.rows(selector.screen) if row.play_id.startswith("old-")]
    assert [row.play_id for row in old] == [f"old-{selector.screen}-{i}" for i in range(count)]
    assert {row.campaign for row in old} == {""} and sign.status["reportsRefused"] == 0
    assert len(journal.calls) < count / 50 + 30
