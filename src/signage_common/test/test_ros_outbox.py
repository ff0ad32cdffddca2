"""What must not be lost reaches a real service, however long that is away."""

import pytest
from signage_common.ros_outbox import ServiceOutbox
from signage_common.ros_testing import ros_graph
from signage_common.ros_topics import RECORD_QOS
from signage_msgs.msg import AdPlayback
from signage_msgs.srv import RecordPlayback

pytestmark = [pytest.mark.graph, pytest.mark.fault]
PATIENCE_S = 0.5


@pytest.fixture
def graph():
    with ros_graph() as graph:
        yield graph


@pytest.mark.parametrize("silent", [False, True])
def test_what_was_added_while_nobody_answered_arrives_in_order_when_somebody_does(graph, silent):
    probe, heard, asked = graph.probe(), [], []
    if silent:  # who is there, but never says that anything is kept
        failing = probe.create_service(
            RecordPlayback,
            "record_playback",
            lambda request, response: asked.append(1) or RecordPlayback.Response(success=False),
            qos_profile=RECORD_QOS,
        )
    outbox = ServiceOutbox(
        graph.probe(),
        RecordPlayback,
        "record_playback",
        lambda each: RecordPlayback.Request(playbacks=each),
        PATIENCE_S,
    )
    for name in ("early", "late"):
        outbox.add(AdPlayback(play_id=name))
    if silent:
        graph.spin_until(lambda: len(asked) > 1, what="the same asked again")
        probe.destroy_service(failing)

    def answer(request, response):
        heard.extend(each.play_id for each in request.playbacks)
        return RecordPlayback.Response(success=True)

    graph.probe().create_service(RecordPlayback, "record_playback", answer, qos_profile=RECORD_QOS)
    graph.spin_until(lambda: not outbox.waiting, what="acknowledgement")
    assert list(dict.fromkeys(heard)) == ["early", "late"] and not outbox.dropped
