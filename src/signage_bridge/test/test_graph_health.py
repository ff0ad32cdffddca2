"""What the real node says of the graph that it sees: who has fallen silent, and what comes from two at once."""

import pytest
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from signage_bridge import health
from signage_bridge.node import SignageBridgeNode
from signage_common import ros_topics
from signage_msgs.msg import AdSelection, FaceArray

pytestmark = [pytest.mark.graph, pytest.mark.fault]


async def own_status(running, connect, happened):
    """Return the bridge's own status, once it is as expected."""
    client = await connect(running)
    await client.send(op="subscribe", topic="/diagnostics")
    while True:
        for status in (await client.next("publish"))["msg"]["status"]:
            if "signage_bridge" in status["name"] and happened(status):
                return status


async def test_a_node_that_falls_silent_is_told_until_it_speaks_again(start_bridge, connect, eventually, monkeypatch):
    monkeypatch.setattr(health, "STALE_S", 2.0)
    running = start_bridge()
    await own_status(running, connect, lambda status: status["level"] == 0)
    publisher = running.probe.create_publisher(DiagnosticArray, "/diagnostics", 10)
    await eventually(lambda: publisher.get_subscription_count() >= 2, "discovery")
    camera = DiagnosticStatus(name="deeplens1/camera: health", message="30 frames a second")
    publisher.publish(DiagnosticArray(status=[camera]))
    status = await own_status(running, connect, lambda status: "camera: silent for " in status["message"])
    assert status["level"] == 1 and "serving" in status["message"]

    def speaks():
        publisher.publish(DiagnosticArray(status=[camera]))
        return running.bridge._bridge.figures.graph.missing == []

    await eventually(speaks, "the end of the silence")


@pytest.mark.parametrize(
    ("topic", "message_type", "qos"),
    [("ad", AdSelection, ros_topics.AD_QOS), ("faces", FaceArray, ros_topics.FACES_QOS)],
)
async def test_two_that_publish_what_one_may_are_an_error(
    start_bridge, connect, eventually, web, monkeypatch, topic, message_type, qos
):
    monkeypatch.setattr(health, "LINGER_S", 0.5)
    running = start_bridge(selector=False)
    publishers = [running.probe.create_publisher(message_type, topic, qos) for _ in range(2)]
    status = await own_status(running, connect, lambda status: status["level"] == 2)
    words = f"2 nodes publish /deeplens1/{topic}: give each device a name of its own"
    assert words in status["message"]
    async with web.get(f"{running.http}/health") as answer:
        assert answer.status == 503 and words in (await answer.json())["problems"]
    running.probe.destroy_publisher(publishers.pop())
    await eventually(lambda: running.bridge._bridge.figures.graph.twins == [], "the end of the other one")


async def test_two_bridges_of_one_device_tell_each_other(start_bridge, connect, catalogue_file, page_dir):
    running = start_bridge(selector=False)
    params = {"catalog": str(catalogue_file), "page_dir": str(page_dir), "http_port": 0, "rosbridge_port": 0}
    running.graph.add(SignageBridgeNode, params=params, namespace="deeplens1")
    status = await own_status(running, connect, lambda status: status["level"] == 2)
    assert "another node /deeplens1/signage_bridge runs" in status["message"]
