import pytest
from face_inference.abstention import AbstentionRules
from face_inference.fusing import Observation
from face_inference.people import People
from face_inference.tracks import FaceState, TrackedFace
from signage_common.demographics import Demographics


def face(track_id=1, state=FaceState.DETECTED, size=100.0):
    return TrackedFace(track_id, state, (0.0, 0.0, size, 1.2 * size), 0.9)


@pytest.fixture
def people():
    people = People(AbstentionRules())
    people.follow([1, 2])
    return people


@pytest.mark.parametrize(
    ("one", "is_candidate"),
    [(face(), True), (face(size=39.0), False), (face(state=FaceState.PREDICTED), False)],
)
def test_only_detected_faces_that_are_large_enough_are_classified(people, one, is_candidate):
    assert bool(people.candidates([one])) == is_candidate


def test_a_candidate_tells_what_is_known(people):
    people.observe(1, Observation(0.02, 25.0, 100.0), 4.0)
    people.say(face())
    (known, new) = people.candidates([face(1), face(2)])
    assert (known.estimates, known.estimated_s, known.is_certain) == (1, 4.0, True)
    assert (new.estimates, new.is_certain) == (0, False)


def test_an_image_alone_says_less_than_the_track(people):
    alone = [people.observe(1, Observation(0.3, 25.0, 100.0), stamp_s) for stamp_s in (1.0, 1.1, 1.2)]
    assert [one.estimation for one in alone] == ["unknown"] * 3
    assert people.say(face()).estimation == "20f"


def test_the_evidence_of_a_track_ends_with_it(people):
    people.observe(1, Observation(0.02, 25.0, 100.0), 4.0)
    people.follow([2])
    people.follow([1, 2])
    assert len(people) == 2
    assert people.say(face()) == Demographics()
