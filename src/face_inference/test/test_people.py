import pytest
from face_inference.abstention import AbstentionRules
from face_inference.calibration import Calibration
from face_inference.fusing import Observation
from face_inference.people import People
from face_inference.pose import Turn
from face_inference.tracks import FaceState, TrackedFace
from signage_common.demographics import Demographics


def face(track_id=1, state=FaceState.DETECTED, size=100.0):
    return TrackedFace(track_id, state, (0.0, 0.0, size, 1.2 * size), 0.9)


def seen(male_probability):
    return Observation(male_probability, 25.0, 100.0, sharpness=0.2, away_deg=5.0)


@pytest.fixture
def people():
    people = People(AbstentionRules(), Calibration())
    people.follow([1, 2])
    return people


@pytest.mark.parametrize(
    ("one", "is_candidate"),
    [(face(), True), (face(size=39.0), False), (face(state=FaceState.PREDICTED), False)],
)
def test_only_detected_faces_that_are_large_enough_are_classified(people, one, is_candidate):
    assert bool(people.candidates([one])) == is_candidate


def test_a_candidate_tells_what_is_known(people):
    people.observe(1, seen(0.02), 4.0)
    people.say(face(), 4.0)
    (known, new) = people.candidates([face(1), face(2)])
    assert (known.estimates, known.estimated_s, known.is_certain) == (1, 4.0, True)
    assert (new.estimates, new.is_certain) == (0, False)


def test_an_image_alone_says_less_than_the_track(people):
    alone = [people.observe(1, seen(0.25), stamp_s) for stamp_s in (1.0, 1.1, 1.2)]
    assert [one.estimation for one in alone] == ["unknown"] * 3
    assert people.say(face(), 4.0).estimation == "20f"


def test_the_evidence_of_a_track_ends_with_it(people):
    people.observe(1, seen(0.02), 4.0)
    people.follow([2])
    people.follow([1, 2])
    assert len(people) == 2
    assert people.say(face(), 4.0) == Demographics()


def test_what_was_looked_at_is_known_to_have_been_and_where_it_turned(people):
    assert people.attention(1, 4.0) is None
    people.look(1, Turn(0.0, 0.0), 4.0)
    people.look(2, None, 4.0)
    assert people.attention(1, 4.5) > 0.9 and people.attention(2, 4.5) is None
    assert [one.looked_s for one in people.candidates([face(1), face(2)])] == [4.0, 4.0]
