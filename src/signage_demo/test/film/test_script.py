import itertools

import pytest
from signage_demo.film.script import FPS, LEAVE_S, SCENE_S, SECONDS, WIDTH_PX, appearances, describe_film, pose_at

VANISH_S = 1.0


@pytest.fixture(scope="module")
def truth():
    return describe_film(list(appearances(SECONDS)), SECONDS)


def test_enough_episodes_and_the_first_face_soon(truth):
    episodes = truth["episodes"]
    assert SECONDS >= 60
    assert len(episodes) / SECONDS * 60 >= 8
    assert episodes[0]["first_s"] < 3.0


def test_an_episode_lasts_and_the_lobby_is_empty_between_also_over_the_loop(truth):
    episodes = truth["episodes"]
    nexts = [*episodes[1:], {"first_s": SECONDS + episodes[0]["first_s"]}]
    for episode, following in zip(episodes, nexts, strict=True):
        assert episode["last_s"] - episode["first_s"] >= 2.5
        assert following["first_s"] - episode["last_s"] >= VANISH_S + 0.3
        assert episode["all_to_s"] - episode["all_from_s"] > 1.0  # all of them are there together


def test_both_sexes_and_several_at_once(truth):
    genders = {one["gender"] for one in truth["appearances"]}
    assert genders == {"female", "male"}
    assert {episode["watchers"] for episode in truth["episodes"]} >= {1, 2, 3, 4}


def test_faces_are_large_enough_and_the_leader_is_clear(truth):
    for episode in truth["episodes"]:
        heights = sorted(one["face_px"] for one in truth["appearances"] if one["scene"] == episode["scene"])
        assert heights[0] >= 90 and heights[-1] <= 300
        assert len(heights) == 1 or heights[-1] >= 1.15 * heights[-2]


def test_nobody_stands_behind_somebody(truth):
    for episode in truth["episodes"]:
        scene = [one for one in truth["appearances"] if one["scene"] == episode["scene"]]
        people = sorted((one["x_px"], one["face_px"]) for one in scene)
        for (left_x, left_px), (right_x, right_px) in itertools.pairwise(people):
            assert right_x - left_x > 0.8 * (left_px + right_px) / 2


@pytest.mark.parametrize("appearance", list(appearances(SECONDS)), ids=lambda one: f"{one.scene}-{one.part.person}")
def test_people_walk_smoothly(appearance):
    start = round(appearance.scene * SCENE_S * FPS)
    poses = [pose_at(appearance, index / FPS) for index in range(start, start + round(SCENE_S * FPS))]
    assert poses[0] is None and poses[-1] is None
    there = [pose for pose in poses if pose is not None]
    margin = 1.5 * appearance.part.face_px
    for edge in (there[0], there[-1]):
        assert edge.x_px < -margin * 0.7 or edge.x_px > WIDTH_PX + margin * 0.7
    steps = [abs(b.x_px - a.x_px) for a, b in itertools.pairwise(there)]
    assert max(steps) < 40  # no jump: less than a third of a face from frame to frame
    assert min(abs(pose.x_px - appearance.part.x_px) for pose in there) < 3


def test_a_shorter_and_a_longer_film():
    assert {one.scene for one in appearances(7)} == {0}
    longer = list(appearances(2 * SECONDS))
    assert {one.scene for one in longer} == set(range(20))
    assert longer[-1].leave_s == pytest.approx(19 * SCENE_S + LEAVE_S)
    assert max(episode["last_s"] for episode in describe_film(longer, 2 * SECONDS)["episodes"]) < 2 * SECONDS - 1
