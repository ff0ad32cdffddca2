"""The client libraries that people use, in processes of their own, against the real node."""

import json
import shutil
import sys
from pathlib import Path

import pytest
from signage_common import ros_topics
from signage_common.process_testing import ProgramUnderTest
from signage_msgs.msg import AdPlayback, Presence

pytestmark = pytest.mark.graph

CLIENTS = Path(__file__).parent / "clients"
ROSLIB = Path(__file__).parents[1] / "web" / "node_modules" / "roslib" / "dist" / "RosLib.js"


@pytest.fixture
def running(start_bridge):
    return start_bridge(services=["choose_ad"])


class Client(ProgramUnderTest):
    """A client that prints what it gets as lines of JSON."""

    @property
    def said(self):
        """What it has said so far, by kind."""
        said: dict[str, list] = {}
        for line in list(self.lines):
            message = json.loads(line)
            said.setdefault(message["what"], []).append(message["value"])
        return said


@pytest.fixture
def reports(running):
    heard = []
    running.probe.create_subscription(AdPlayback, "playback", heard.append, ros_topics.PLAYBACK_QOS)
    return heard


async def publish_presence_until_heard(running, eventually, client, forms):
    publisher = running.probe.create_publisher(Presence, "presence", ros_topics.PRESENCE_QOS)
    await eventually(lambda: publisher.get_subscription_count() == 1, "discovery")

    def heard():
        publisher.publish(Presence(device="deeplens1", estimation="20f", watchers=2, dwell_s=0.5))
        return forms <= set(client.said)

    await eventually(heard, "presence")


def check_what_was_said(said, forms):
    assert said["ad"][0]["creative"] == "house" and said["ad"][0]["durations_s"] == [10.0]
    for form in forms:
        assert (said[form][0]["estimation"], said[form][0]["watchers"]) == ("20f", 2)
    assert said["response"][0]["selection"]["creative"] == "커피"
    assert "may not be called" in said["failed"][0]


async def test_roslib_in_node(running, reports, eventually):
    if not ROSLIB.exists() or shutil.which("node") is None:
        pytest.skip(f"no node, or no {ROSLIB}: `npm ci` in {ROSLIB.parents[3]} brings it")
    with Client(["node", CLIENTS / "roslib_client.mjs", ROSLIB, running.ws]) as client:
        await eventually(lambda: {"ad", "response", "failed"} <= set(client.said), "answers")
        await eventually(lambda: len(client.said.get("subscribed", ())) == 3, "subscriptions")
        await eventually(lambda: running.bridge._bridge.figures.counts.connected == 4, "connections")
        forms = {"none", "cbor", "png"}
        await publish_presence_until_heard(running, eventually, client, forms)
        await eventually(lambda: reports, "report")
        check_what_was_said(client.said, forms)
        assert (reports[0].screen, reports[0].creative) == ("roslib", "house")
        assert not {"faces", "error"} & set(client.said)


async def test_roslibpy(running, reports, eventually):
    with Client([sys.executable, CLIENTS / "roslibpy_client.py", running.bridge.rosbridge_port]) as client:
        await eventually(lambda: {"ad", "response", "failed"} <= set(client.said), "answers")
        await publish_presence_until_heard(running, eventually, client, {"presence"})
        await eventually(lambda: reports, "report")
        check_what_was_said(client.said, ["presence"])
        assert (reports[0].screen, reports[0].creative) == ("roslibpy", "house")
