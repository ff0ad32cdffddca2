import pytest
from ad_selector.watchers import Leader, Policy
from signage_common.stamps import NS_PER_S


@pytest.fixture
def estimations(observe):
    """Feed images to a leader and return the estimation after each."""

    def feed(policy, images):
        leader = Leader(policy, 16.0)
        result = []
        for time_s, faces in images:
            image = observe(time_s, *faces)
            leader.update(image.faces, image.stamp_ns)
            result.append(leader.segment.estimation)
        return result

    return feed


@pytest.mark.parametrize(
    ("policy", "expected"), [(Policy.LARGEST, "40m"), (Policy.MAJORITY, "20f"), (Policy.LONGEST, "20f")]
)
def test_each_policy(estimations, face, policy, expected):
    first, second, large = face("f22", 1, 40), face("f28", 2, 60), face("m45", 3, 90)
    images = [(0.0, [first]), (0.5, [first, second, large]), (1.5, [first, second, large])]
    assert estimations(policy, images)[-1] == expected


@pytest.mark.parametrize("policy", list(Policy))
def test_the_order_of_faces_does_not_matter(estimations, face, policy):
    faces = [face("f22", 4, 50), face("m45", 2, 50), face("f31", 9, 50), face("unknown", 7, 50)]
    assert estimations(policy, [(0.0, faces)]) == estimations(policy, [(0.0, faces[::-1])])


def test_who_is_unknown_has_no_vote(estimations, face):
    faces = [face("unknown", 1, 90), face("unknown", 2, 80), face("f22", 3, 30)]
    assert estimations(Policy.MAJORITY, [(0.0, faces)]) == ["20f"]
    assert estimations(Policy.MAJORITY, [(0.0, faces[:2])]) == ["unknown"]


def test_a_tied_majority_follows_the_larger_face(estimations, face):
    assert estimations(Policy.MAJORITY, [(0.0, [face("f22", 1, 50), face("m45", 2, 51)])]) == ["40m"]


def test_the_leader_changes_at_most_once_a_second(estimations, face):
    def pair(first, second):
        return [face("f22", 1, first), face("m45", 2, second)]

    images = [(0.0, pair(60, 50)), (0.9, pair(50, 60)), (1.0, pair(50, 60)), (1.5, pair(60, 50)), (2.0, pair(60, 50))]
    assert estimations(Policy.LARGEST, images) == ["20f", "20f", "40m", "40m", "20f"]


def test_a_leader_who_left_is_replaced_at_once_and_nobody_in_sight_changes_nothing(estimations, face):
    images = [(0.0, [face("f22", 1, 60), face("m45", 2, 50)]), (0.1, []), (0.2, [face("m45", 2, 50)])]
    assert estimations(Policy.LARGEST, images) == ["20f", "20f", "40m"]


@pytest.mark.fault
def test_who_was_away_for_a_moment_keeps_the_longest_dwell_and_who_left_is_forgotten(estimations, face):
    first, second = face("f22", 1, 40), face("m45", 2, 90)
    images = [(0.0, [first]), (0.5, [first, second]), (9.0, [second]), (10.4, [first, second])]
    assert estimations(Policy.LONGEST, images)[-1] == "20f"
    assert estimations(Policy.LONGEST, [*images[:3], (10.6, [second]), (12.0, [first, second])])[-1] == "40m"


@pytest.mark.fault
def test_a_leader_remembers_those_in_sight_only(face):
    leader = Leader(Policy.LONGEST, 16.0)
    for index in range(5000):
        leader.update([face("f22", 1), face("m45", index + 2)], index * NS_PER_S // 10)
    assert len(leader._first_seen_ns) < 150


@pytest.mark.fault
def test_other_rules_may_change_the_leader_at_once(face):
    leader = Leader(Policy.LARGEST, 16.0)
    faces = [face("m45", 1, 90), face("f22", 2, 50), face("f28", 3, 50)]
    leader.update(faces, 0)
    leader.set_rules(Policy.MAJORITY, 16.0)
    leader.update(faces, 1)
    assert leader.segment.estimation == "20f"
    leader.set_rules(Policy.MAJORITY, 40.0)
    leader.update(faces, 2)
    assert leader.segment.is_child is False and leader.segment.estimation == "40m", "only he is known now"


def test_the_leaders_own_estimation_may_change_at_any_time(estimations):
    assert estimations(Policy.LARGEST, [(0.0, ["unknown"]), (0.1, ["f29"]), (0.2, ["f31"])]) == [
        "unknown",
        "20f",
        "30f",
    ]
