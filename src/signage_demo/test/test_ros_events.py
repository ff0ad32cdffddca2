import queue

import pytest
from signage_common.process_testing import PATIENCE_S
from signage_common.ros_testing import ros_graph
from signage_common.ros_topics import AD_QOS, PLAYBACK_QOS, PRESENCE_QOS, ns_to_stamp
from signage_demo.events import Arrival, Decision, Play
from signage_demo.ros_events import EventListener
from signage_msgs.msg import AdPlayback, AdSelection, Presence

pytestmark = pytest.mark.graph


def test_decisions_plays_and_arrivals_are_heard(monkeypatch):
    heard = queue.Queue()
    with ros_graph() as graph:
        monkeypatch.setenv("ROS_DOMAIN_ID", str(graph.domain_id))
        probe = graph.probe()
        ad = probe.create_publisher(AdSelection, "ad", AD_QOS)
        playback = probe.create_publisher(AdPlayback, "playback", PLAYBACK_QOS)
        presence = probe.create_publisher(Presence, "presence", PRESENCE_QOS)
        listener = EventListener("deeplens1", heard.put)
        try:
            publishers = (ad, playback, presence)
            graph.spin_until(lambda: all(p.get_subscription_count() for p in publishers), what="discovery")
            message = AdSelection(episode="e1", estimation="20f", creative="c", campaign="k", reason="r")
            message.captured, message.decided = ns_to_stamp(1_000_000_000), ns_to_stamp(1_040_000_000)
            ad.publish(message)
            playback.publish(AdPlayback(event=AdPlayback.COMPLETED, screen="s"))
            playback.publish(AdPlayback(event=AdPlayback.STARTED, screen="s", creative="c", episode="e1"))
            presence.publish(Presence(event=Presence.ENDED, episode="e0"))
            presence.publish(Presence(event=Presence.STARTED, episode="e1"))
            events = {heard.get(timeout=PATIENCE_S) for _ in range(3)}
        finally:
            listener.close()
    assert events == {Decision("e1", "20f", "c", "k", "r", 40.0), Play("s", "c", "e1"), Arrival("e1")}
    assert heard.empty()
