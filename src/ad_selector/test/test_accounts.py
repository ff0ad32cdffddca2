"""What the journal gets from the selector: each ended episode and each decision, until it has them."""

import pytest
from selector_scene import WOMAN, Scene, person
from signage_msgs.msg import Presence
from signage_msgs.srv import RecordAudience

pytestmark = pytest.mark.graph


@pytest.fixture
def scene(graph, catalogue_folder):
    return Scene(graph, catalogue_folder, journal=True)


def serve(scene, answers):
    """Be a journal that answers so, one after the other; return what was asked of it."""
    asked = []

    def take(request, response):
        response.success = answers[min(len(asked), len(answers) - 1)]
        asked.append(request)
        return response

    scene.graph.probe().create_service(RecordAudience, "record_audience", take)
    return asked


def test_a_visit_is_told_until_it_is_kept(scene):
    """The journal comes late, and can't write at first: decisions don't wait for it, and nothing is forgotten."""
    scene.show([person(**WOMAN)], 1.0)
    scene.show([], 2.0)
    scene.wait(lambda: scene.presence and scene.presence[-1].event == Presence.ENDED, "end of the episode")
    assert [ad.fallback for ad in scene.ads] == [True, False, True] and scene.node._outbox.waiting == 2
    asked = serve(scene, [False, True])
    scene.wait(lambda: scene.node._outbox.waiting == 0, "acknowledgement")
    first, second = asked
    assert first == second
    assert first.decisions == [scene.ads[1]] and first.episodes == [scene.presence[-1]]


def test_without_a_journal_nothing_is_held(graph, catalogue_folder):
    scene = Scene(graph, catalogue_folder)
    assert scene.node._outbox is None
