import os

import pytest
from ad_selector.presence import PresenceEvent
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue
from signage_bench.recording import (
    AnalysedFrame,
    CaptureCount,
    DetectionCost,
    Play,
    PresenceChange,
    Recording,
    Selection,
)
from signage_bench.ros_observer import is_quiet, observing, quiet_domain
from signage_bridge.playback import PlaybackEvent
from signage_common.ros_testing import ros_graph
from signage_common.ros_topics import AD_QOS, FACES_QOS, PLAYBACK_QOS, PRESENCE_QOS, ns_to_stamp
from signage_msgs.msg import AdPlayback, AdSelection, Face, FaceArray, Presence

T = 1_795_000_000_000_000_000


def faces():
    message = FaceArray(fetch_ms=4.5, detect_ms=40.0, classify_ms=0.0, frames_dropped=2)
    message.header.stamp = ns_to_stamp(T)
    message.faces = [Face(track_id=3), Face(track_id=5)]
    return message


def camera_state(name="deeplens1/camera: health", frames="90"):
    message = DiagnosticArray()
    message.header.stamp = ns_to_stamp(T)
    message.status = [DiagnosticStatus(name=name, values=[KeyValue(key="captured", value=frames)])]
    return message


def perception_state():
    message = camera_state("deeplens1/face_inference: health")
    values = {"analysed": "30", "detect_cpu_s": "1.3500"}
    message.status[0].values = [KeyValue(key=key, value=value) for key, value in values.items()]
    return message


PRESENCE_MESSAGE = Presence(stamp=ns_to_stamp(T + 3), started=ns_to_stamp(T), episode="e", event=Presence.STARTED)
AD_MESSAGE = AdSelection(
    episode="e",
    creative="trainers",
    arrived=ns_to_stamp(T),
    captured=ns_to_stamp(T + 5),
    decided=ns_to_stamp(T + 9),
)


def playback(screen):
    event = AdPlayback.STARTED
    return AdPlayback(stamp=ns_to_stamp(T), screen=screen, episode="e", creative="trainers", event=event)


@pytest.mark.graph
def test_messages_become_records():
    recording = Recording()
    sent = [
        (FaceArray, "faces", FACES_QOS, [faces()]),
        (Presence, "presence", PRESENCE_QOS, [PRESENCE_MESSAGE]),
        (AdSelection, "ad", AD_QOS, [AD_MESSAGE]),
        (AdPlayback, "playback", PLAYBACK_QOS, [playback("another"), playback("bench")]),
        (
            DiagnosticArray,
            "/diagnostics",
            10,
            [camera_state("deeplens1/ad_selector: health", "7"), camera_state(), perception_state()],
        ),
    ]
    with ros_graph() as graph, observing(recording, "deeplens1", "bench", graph.domain_id):
        node = graph.probe()
        publishers = [(node.create_publisher(kind, topic, qos), messages) for kind, topic, qos, messages in sent]
        graph.spin_until(lambda: all(p.get_subscription_count() for p, _ in publishers), what="subscriptions")
        for publisher, messages in publishers:
            for message in messages:
                publisher.publish(message)
        graph.spin_until(  # best effort: what is published before the other side knows of it is lost
            lambda: recording.frames or publishers[0][0].publish(faces()), what="faces"
        )
        lists = ("presence", "selections", "plays", "captured", "detections")
        graph.spin_until(lambda: all(getattr(recording, name) for name in lists), what="records")
    assert set(recording.frames) == {AnalysedFrame(T, (3, 5), 4.5, 40.0, 0.0, 2)}
    assert recording.presence == [PresenceChange(T + 3, T, "e", PresenceEvent.STARTED)]
    assert recording.selections == [Selection("e", "trainers", False, T, T + 5, T + 9)]
    assert recording.plays == [Play(T, "bench", "e", "trainers", PlaybackEvent.STARTED)]
    assert recording.captured == [CaptureCount(T, 90)]
    assert recording.detections == [DetectionCost(T, 30, 1.35)]


@pytest.mark.graph
def test_the_observer_leaves_the_graph_at_the_end():
    with ros_graph() as graph:
        node = graph.probe()
        with observing(Recording(), "deeplens1", "bench", graph.domain_id):
            graph.spin_until(lambda: node.count_subscribers("faces") == 1, what="the observer")
        graph.spin_until(lambda: node.count_subscribers("faces") == 0, what="its end")
    assert os.environ["ROS_AUTOMATIC_DISCOVERY_RANGE"] == "LOCALHOST"


@pytest.mark.graph
def test_a_domain_with_a_node_on_it_is_not_quiet():
    with ros_graph() as graph:
        graph.probe()
        assert not is_quiet(graph.domain_id)
        with quiet_domain() as domain_id:
            assert domain_id != graph.domain_id
