"""Landmarks of a head made for the purpose: another shape than the one that the pose is found with."""

import numpy as np
import pytest
from face_inference.pose import find_pose

# Right of the image, down, towards the camera; mm. Narrower and longer than the model, with a flatter nose.
HEAD_MM = {
    36: (-43, 0, -2),
    45: (43, 0, -2),
    39: (-15, 1, 4),
    42: (15, 1, 4),
    30: (0, 40, 29),
    33: (0, 51, 17),
    48: (-25, 80, 9),
    54: (25, 80, 9),
    8: (0, 121, 6),
}
MIRRORED = {36: 45, 45: 36, 39: 42, 42: 39, 48: 54, 54: 48}


def landmarks(yaw_deg=0.0, pitch_deg=0.0, roll_deg=0.0, scale=1.0, at=(0.0, 0.0)):
    """Project the head as seen from far away; only the points that are used are filled."""
    yaw, pitch, roll = np.radians([yaw_deg, pitch_deg, roll_deg])
    about_y = [[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]]
    about_x = [[1, 0, 0], [0, np.cos(pitch), np.sin(pitch)], [0, -np.sin(pitch), np.cos(pitch)]]
    about_z = [[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]]
    points = np.zeros((68, 2), np.float32)
    turned = np.array(about_z) @ np.array(about_x) @ np.array(about_y) @ np.array(list(HEAD_MM.values())).T
    points[list(HEAD_MM)] = scale * turned[:2].T + at
    return points


def mirror(points, width=200.0):
    turned = points.copy()
    for index in HEAD_MM:
        turned[MIRRORED.get(index, index)] = width - points[index, 0], points[index, 1]
    return turned


@pytest.mark.parametrize("yaw", [-50, -30, -15, 0, 15, 30, 50])
@pytest.mark.parametrize("roll", [-25, 0, 25])
def test_the_yaw_is_found_however_the_head_is_tilted(yaw, roll):
    pose = find_pose(landmarks(yaw, 0, roll))
    along = pose.yaw_deg * np.cos(np.radians(roll)) + (pose.pitch_deg + 10) * np.sin(np.radians(roll))
    assert along == pytest.approx(yaw, abs=10)


@pytest.mark.parametrize("pitch", [-20, 0, 20, 35])
def test_the_pitch_rises_as_the_head_sinks(pitch):
    level, sunk = find_pose(landmarks(0, pitch)), find_pose(landmarks(0, pitch + 10))
    assert sunk.pitch_deg - level.pitch_deg == pytest.approx(10, abs=4)
    assert abs(level.yaw_deg) < 1


@pytest.mark.parametrize("scale", [0.2, 1.0, 5.0])
def test_size_and_place_do_not_matter(scale):
    here, there = find_pose(landmarks(20, 5)), find_pose(landmarks(20, 5, scale=scale, at=(900, 500)))
    assert (there.yaw_deg, there.pitch_deg) == pytest.approx((here.yaw_deg, here.pitch_deg), abs=0.01)


def test_a_mirrored_face_is_turned_as_far_to_the_other_side():
    points = landmarks(25, 5, 3)
    pose, mirrored = find_pose(points), find_pose(mirror(points))
    assert (mirrored.yaw_deg, mirrored.pitch_deg) == pytest.approx((-pose.yaw_deg, pose.pitch_deg), abs=0.01)
    assert mirrored.away_deg == pytest.approx(pose.away_deg, abs=0.01)


def test_noise_of_a_fortieth_of_the_face_moves_it_by_some_degrees():
    rng = np.random.default_rng(2)
    noisy = [find_pose(landmarks(20) + rng.normal(0, 2.5, (68, 2)).astype(np.float32)) for _ in range(200)]
    assert np.std([pose.yaw_deg for pose in noisy]) < 6


@pytest.mark.parametrize("points", [np.full((68, 2), np.nan, np.float32), np.zeros((68, 2), np.float32)])
def test_what_is_no_face_has_no_pose(points):
    assert find_pose(points) is None
