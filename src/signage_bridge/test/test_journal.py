"""The real node beside a journal's service: what screens report is acknowledged once it is kept."""

import asyncio
import time
from contextlib import contextmanager

import pytest
from journal_node import JournalNode
from signage_common import ros_topics
from signage_msgs.msg import AdPlayback
from signage_msgs.srv import RecordPlayback

pytestmark = pytest.mark.graph
SERVICE = "/deeplens1/record_playback"


def report(play_id="p1", **fields):
    stamp = {"sec": int(time.time()), "nanosec": 5}
    named = {"screen": "lobby", "device": "deeplens1", "play_id": play_id, "creative": "커피", "campaign": "봄"}
    return {"stamp": stamp, **named, "episode": "e1", "event": 1, "detail": "", **fields}


@pytest.fixture
def start(start_bridge, tmp_path):
    """Start a bridge that needs a journal, and the journal unless it is away."""

    def start(journal=True, **params):
        running = start_bridge(selector=False, journal=True, **params)
        node = add_journal(running, tmp_path) if journal else None
        return running, node

    return start


def add_journal(running, folder):
    return running.graph.add(JournalNode, folder / "journal.db", namespace="deeplens1")


@contextmanager
def hearing(running):
    """Hear what is published on ``playback``."""
    heard = []
    subscription = running.probe.create_subscription(AdPlayback, "playback", heard.append, ros_topics.PLAYBACK_QOS)
    yield heard
    running.probe.destroy_subscription(subscription)


async def record(client, *reports, **call):
    await client.send(op="call_service", service=SERVICE, args={"playbacks": list(reports)}, id="r", **call)
    return await client.next("service_response")


async def keep(client, *reports):
    """Ask until it is kept, as screens do: an answer of a service that was just discovered may get lost."""
    while not (response := await record(client, *reports))["result"]:
        assert response["code"] == "unavailable"
    return response["values"]["refused"]


@pytest.mark.fault
async def test_a_play_of_a_creative_that_left_the_catalogue_while_the_bridge_was_away_is_kept(
    start, connect, catalogue_file
):
    start(journal=False)
    text = catalogue_file.read_text()
    catalogue_file.write_text(text.replace("커피", "차"))
    running, _ = start()
    client = await connect(running)
    assert await keep(client, report("late"), report("never", creative="물")) == [
        "",
        "playback field creative: expected a creative of the catalogue, got '물'",
    ]


async def test_reports_are_acknowledged_when_they_are_kept_and_reach_the_topic(start, connect, eventually):
    running, journal = start()
    with hearing(running) as heard:
        await eventually(lambda: running.probe.count_publishers("/deeplens1/playback"), "discovery")
        client = await connect(running)
        refused = await keep(client, report("a"), report("b", creative="unheard-of"), report("a", event=2))
        assert [bool(reason) for reason in refused] == [False, True, False]
        assert [(row.play_id, row.event, row.campaign) for row in journal.rows()] == [("a", 1, "봄"), ("a", 2, "봄")]
        await eventually(lambda: len(heard) == 2, "both on the topic")
        assert [(each.play_id, each.event, each.campaign, each.stamp.nanosec) for each in heard] == [
            ("a", 1, "봄", 5),
            ("a", 2, "봄", 5),
        ]


async def test_what_is_published_by_old_pages_is_kept_before_it_is_acknowledged(start, connect):
    running, journal = start()
    client = await connect(running)
    await keep(client, report("new"))
    await client.send(op="set_level", level="info", id="level")
    await client.next("status")
    message = report("old")
    del message["campaign"]
    await client.send(op="publish", topic="playback", msg=message, id="p")
    await client.send(op="set_level", level="info", id="probe")
    levels = []
    while (status := await client.next("status"))["id"] != "probe":
        levels.append(status["level"])
    assert levels == ["warning", "info"] and [row.play_id for row in journal.rows()] == ["new", "old"]


@pytest.mark.fault
async def test_while_the_journal_is_away_screens_are_told_and_what_comes_later_is_kept(start, connect, tmp_path):
    running, _ = start(journal=False)
    client = await connect(running)
    response = await record(client, report())
    assert (response["result"], response["code"]) == (False, "unavailable") and SERVICE in response["values"]
    await client.send(op="publish", topic="playback", msg=report(), id="p")
    while (status := await client.next("status"))["id"] != "p":
        pass
    assert (status["level"], status["code"]) == ("error", "unavailable")
    journal = add_journal(running, tmp_path)
    assert await keep(client, report()) == [""]
    assert len(journal.rows()) == 1


@pytest.mark.fault
async def test_a_journal_that_can_not_write_leaves_the_reports_with_the_screen(start, connect, eventually, web):
    running, journal = start()
    client = await connect(running)
    await keep(client, report())
    journal.answers = [RecordPlayback.Response(success=False, message="no room on /var/lib/secret")]
    response = await record(client, report())
    assert (response["result"], response["code"]) == (False, "unavailable")
    assert response["values"] == "journal: no room on [hidden]"

    async def is_told():
        async with web.get(f"{running.http}/health") as answer:
            return (await answer.json())["problems"].count("journal: no room on [hidden]")

    await eventually(is_told, "the problem")
    assert await keep(client, report()) == [""]
    async with web.get(f"{running.http}/health") as answer:
        body = await answer.json()
    assert body["reports"]["recorded"] == 2 and body["reports"]["postponed"] >= 1
    assert not [problem for problem in body["problems"] if "no room" in problem]


@pytest.mark.fault
async def test_a_journal_that_does_not_answer_holds_up_nobody_else(start, connect, eventually, monkeypatch):
    monkeypatch.setattr("signage_bridge.reports.CALL_TIMEOUT_S", 1.0)
    running, _ = start(journal=False)
    running.probe.create_service(RecordPlayback, SERVICE, lambda request, response: time.sleep(2.0) or response)
    await eventually(lambda: running.bridge._link.find_services([SERVICE])[SERVICE], "the journal's service")
    slow, other = await connect(running), await connect(running)
    waiting = asyncio.create_task(record(slow, report()))
    await asyncio.sleep(0)
    for number in range(20):
        await other.send(op="set_level", level="info", id=number)
        assert (await other.next("status"))["id"] == number
    response = await waiting
    assert (response["result"], response["code"]) == (False, "unavailable")
    assert "did not answer within 1 s" in response["values"]


async def test_the_page_is_told_whether_there_is_a_journal(start, start_bridge, web):
    for running, expected in ((start()[0], True), (start_bridge(selector=False), False)):
        async with web.get(f"{running.http}/config.json") as answer:
            assert (await answer.json())["journal"] is expected


async def test_without_a_journal_its_service_is_not_reached(start_bridge, connect):
    client = await connect(start_bridge(selector=False))
    response = await record(client, report())
    assert (response["result"], response["code"]) == (False, "not_allowed")


async def test_health_says_that_the_journal_is_missing_until_it_is_there(start, web, eventually, tmp_path):
    running, _ = start(journal=False)

    async def problems():
        async with web.get(f"{running.http}/health") as answer:
            return answer.status, (await answer.json())["problems"]

    missing = f"nobody offers {SERVICE}: is the journal running?"
    status, told = await problems()
    assert status == 503 and missing in told
    add_journal(running, tmp_path)

    async def is_there():
        return missing not in (await problems())[1]

    await eventually(is_there, "the journal's service")
