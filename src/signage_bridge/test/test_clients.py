"""The client libraries that people use, in processes of their own, against the real node."""

import json
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from signage_msgs.msg import AdPlayback, Presence

from signage_common import ros_topics

pytestmark = pytest.mark.graph

CLIENTS = Path(__file__).parent / "clients"
ROSLIB = Path(__file__).parents[1] / "web" / "node_modules" / "roslib" / "dist" / "RosLib.js"


@pytest.fixture
def running(start_bridge):
    return start_bridge(services=["choose_ad"])


@contextmanager
def started(*command):
    """Start a client; give what it says, by kind."""
    said: dict[str, list] = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:

        def listen():
            for line in process.stdout:
                message = json.loads(line)
                said.setdefault(message["what"], []).append(message["value"])

        listener = threading.Thread(target=listen)
        listener.start()
        try:
            yield said
        finally:
            process.kill()
            listener.join()


@pytest.fixture
def reports(running):
    heard = []
    running.probe.create_subscription(AdPlayback, "playback", heard.append, ros_topics.PLAYBACK_QOS)
    return heard


async def publish_presence_until_heard(running, eventually, said, forms):
    publisher = running.probe.create_publisher(Presence, "presence", ros_topics.PRESENCE_QOS)
    await eventually(lambda: publisher.get_subscription_count() == 1, "discovery")

    def heard():
        publisher.publish(Presence(device="deeplens1", estimation="20f", watchers=2, dwell_s=0.5))
        return forms <= set(said)

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
    with started("node", str(CLIENTS / "roslib_client.mjs"), str(ROSLIB), running.ws) as said:
        await eventually(lambda: {"ad", "response", "failed"} <= set(said), "answers")
        await eventually(lambda: len(said.get("subscribed", ())) == 3, "subscriptions")
        await eventually(lambda: running.bridge._bridge.counts().connected == 4, "connections")
        forms = {"none", "cbor", "png"}
        await publish_presence_until_heard(running, eventually, said, forms)
        await eventually(lambda: reports, "report")
        check_what_was_said(said, forms)
        assert (reports[0].screen, reports[0].creative) == ("roslib", "house")
        assert "faces" not in said and "error" not in said


async def test_roslibpy(running, reports, eventually):
    with started(sys.executable, str(CLIENTS / "roslibpy_client.py"), str(running.bridge.rosbridge_port)) as said:
        await eventually(lambda: {"ad", "response", "failed"} <= set(said), "answers")
        await publish_presence_until_heard(running, eventually, said, {"presence"})
        await eventually(lambda: reports, "report")
        check_what_was_said(said, ["presence"])
        assert (reports[0].screen, reports[0].creative) == ("roslibpy", "house")
