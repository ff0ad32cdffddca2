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


@pytest.fixture(params=[PATIENCE_S])
def clients(graph, request):
    """The clients that an outbox has made, and the outbox."""
    probe, made = graph.probe(), []
    make = probe.create_client

    def create_client(*args, **kw):
        made.append(make(*args, **kw))
        return made[-1]

    probe.create_client = create_client
    outbox = ServiceOutbox(
        probe, RecordPlayback, "record_playback", lambda each: RecordPlayback.Request(playbacks=each), request.param
    )
    return made, outbox


def serve(graph, answer):
    graph.probe().create_service(RecordPlayback, "record_playback", answer, qos_profile=RECORD_QOS)


@pytest.mark.parametrize("clients", [60.0], indirect=True)
def test_while_it_is_answered_the_client_stays(graph, clients):
    made, outbox = clients
    serve(graph, lambda request, response: RecordPlayback.Response(success=True))
    for number in range(3):
        outbox.add(AdPlayback(play_id=f"{number}"))
        graph.spin_until(lambda: not outbox.waiting, what="acknowledgement")
    assert len(made) == 1


def test_a_service_that_never_answers_is_looked_for_anew_until_one_does(graph, clients):
    made, outbox = clients
    outbox.add(AdPlayback(play_id="early"))
    graph.spin_until(lambda: len(made) > 2, what="clients made anew")
    heard = []

    def answer(request, response):
        heard.extend(each.play_id for each in request.playbacks)
        return RecordPlayback.Response(success=True)

    serve(graph, answer)
    outbox.add(AdPlayback(play_id="late"))
    graph.spin_until(lambda: not outbox.waiting, what="acknowledgement")
    assert list(dict.fromkeys(heard)) == ["early", "late"] and not outbox.dropped
