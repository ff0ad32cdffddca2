"""The gate, and the detector of changes it asks.

Scenes for the latter are made at the camera's size and reduced as the node does, so that noise is as large as it
would be.
"""

import cv2
import numpy as np
import pytest
from face_inference.idle_gate import ChangeDetector, IdleGate
from face_inference.images import decode_thumbnail

EMPTY, FULL = np.full((90, 160), 80, np.uint8), np.full((90, 160), 80, np.uint8)
FULL[20:60, 40:70] = 200


def run(scenes, somebody=(), still_rate_hz=2.5, gate=None, start_s=50.0):
    """Show scenes ten times a second; return which were analysed. ``somebody``: when a face is in sight."""
    gate = gate or IdleGate(still_rate_hz)
    analysed = []
    for index, scene in enumerate(scenes):
        stamp_s = start_s + index / 10
        if gate.admits(stamp_s, lambda scene=scene: scene):
            analysed.append(index)
            gate.record(stamp_s, index in somebody)
    return analysed


def test_a_still_empty_scene_is_analysed_in_every_fourth_image():
    analysed = run([EMPTY] * 100)
    assert len(analysed) == pytest.approx(25, abs=1)
    assert max(np.diff(analysed)) == 4


@pytest.mark.parametrize(("rate_hz", "count"), [(1.0, 10), (3.0, 25), (5.0, 50), (10.0, 100), (30.0, 100)])
def test_the_rate_can_be_set(rate_hz, count):
    assert len(run([EMPTY] * 100, still_rate_hz=rate_hz)) == count


@pytest.mark.parametrize("arrival", range(20, 25))
def test_what_moves_into_the_scene_is_analysed_at_once(arrival):
    assert arrival in run([EMPTY] * arrival + [FULL])


def test_what_goes_on_moving_is_analysed_in_every_image():
    moving = [np.roll(FULL, 4 * step, axis=1) for step in range(30)]
    assert run([EMPTY] * 20 + moving)[-30:] == list(range(20, 50))


def test_while_somebody_is_there_and_a_while_after_every_image_is_analysed_unseen():
    def fail():
        raise AssertionError("no thumbnail is needed")

    gate = IdleGate(2.5)
    assert gate.admits(0.0, lambda: FULL)
    gate.record(0.0, sees_anyone=True)
    assert all(gate.admits(step / 10, fail) for step in range(1, 7))


def test_after_a_visit_the_scene_is_still_again():
    analysed = run([EMPTY] * 20 + [FULL] * 20 + [EMPTY] * 100, somebody=range(20, 40))
    assert set(range(20, 47)) <= set(analysed)
    assert len([index for index in analysed if index >= 60]) == pytest.approx(20, abs=2)


def test_a_clock_set_back_starts_anew():
    gate = IdleGate(2.5)
    run([FULL] * 10, somebody=range(10), gate=gate, start_s=1000.0)
    analysed = run([FULL] * 40, gate=gate, start_s=5.0)
    assert analysed[0] == 0 and len(analysed) == pytest.approx(10, abs=1)


@pytest.mark.fault
@pytest.mark.parametrize("jump_s", [-1e9, -3600.0, -1.5, 1.5, 3600.0, 1e9])
def test_wherever_the_clock_jumps_the_gate_goes_on(jump_s):
    gate = IdleGate(2.5)
    for turn in range(4):
        analysed = run([EMPTY] * 40, somebody=range(3), gate=gate, start_s=2e9 + turn * (jump_s + 4.0))
        assert analysed[0] == 0 and 15 <= len(analysed) <= 20


@pytest.mark.fault
def test_another_rate_holds_at_once():
    gate = IdleGate(0.1)
    assert len(run([EMPTY] * 50, gate=gate)) == 1
    gate.set_rate(5.0)
    analysed = run([EMPTY] * 50, gate=gate, start_s=55.0)
    assert analysed[0] == 0 and len(analysed) == pytest.approx(25, abs=1)


STEP_S = 0.1
RNG = np.random.default_rng(7)


@pytest.fixture(scope="module")
def room():
    scene = np.full((720, 1280), 70, np.float32)
    scene[:, 700:900] += 60
    scene[400:] -= 30
    return scene


def thumbnail(scene, noise=4.0):
    noisy = np.clip(scene + RNG.normal(0, noise, scene.shape), 0, 255).astype(np.uint8)
    return decode_thumbnail(cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, 85])[1])


def with_person(scene, left, face_px=60):
    """Give the scene with a face above a body three faces wide; ``left`` is the face's left border, px."""
    shown = scene.copy()
    for (x, y), (width, height), grey in (((0, 0), (1, 1.2), 150), ((-1, 1.2), (3, 5), 40)):
        corner = int(left + x * face_px), int(250 + y * face_px)
        opposite = int(corner[0] + width * face_px), int(corner[1] + height * face_px)
        cv2.rectangle(shown, corner, opposite, grey, cv2.FILLED)
    return shown


def answers(*thumbnails, detector=None, start_s=100.0):
    detector = detector or ChangeDetector()
    return [detector.update(one, start_s + index * STEP_S) for index, one in enumerate(thumbnails)]


@pytest.mark.parametrize("noise", [0.0, 4.0, 15.0])
def test_noise_is_no_change(room, noise):
    assert answers(*(thumbnail(room, noise) for _ in range(30))) == [True] + [False] * 29


def test_light_that_fades_or_is_dimmed_evenly_is_no_change(room):
    fading = [thumbnail(room + 0.8 * step) for step in range(30)]
    assert not any(answers(*fading)[1:])
    assert not any(answers(*[thumbnail(room)] * 5, *[thumbnail(room - 15)] * 5)[1:])


@pytest.mark.parametrize("face_px", [60, 90, 200])
def test_somebody_who_steps_in_is_noticed_in_the_first_image(room, face_px):
    empty = [thumbnail(room) for _ in range(10)]
    assert answers(*empty, thumbnail(with_person(room, 300, face_px)))[-1]


def test_somebody_who_walks_in_slowly_is_noticed_before_half_of_him_is_there(room):
    walk = [thumbnail(with_person(room, -200 + 6 * step)) for step in range(40)]
    noticed = answers(*(thumbnail(room) for _ in range(10)), *walk)[10:].index(True)
    assert -200 + 6 * noticed < 0


def test_a_face_alone_of_60_px_is_noticed(room):
    shown = room.copy()
    cv2.ellipse(shown, (480, 300), (30, 36), 0, 0, 360, 110, cv2.FILLED)
    assert answers(*(thumbnail(room) for _ in range(10)), thumbnail(shown))[-1]


def test_what_stays_is_soon_part_of_the_scene(room):
    chair = with_person(room, 300)
    told = answers(*(thumbnail(room) for _ in range(10)), *(thumbnail(chair) for _ in range(80)))
    assert told[10] and not any(told[-30:])


def test_a_flickering_display_is_soon_usual_and_a_person_beside_it_is_not(room):
    bright = room.copy()
    bright[100:300, 950:1200] += 40
    flicker = [thumbnail(bright if RNG.random() < 0.5 else room) for _ in range(300)]
    detector = ChangeDetector()
    told = answers(*flicker, detector=detector)
    assert any(told[1:20]) and sum(told[-100:]) <= 5
    assert answers(thumbnail(with_person(room, 300)), detector=detector, start_s=130.0) == [True]


def test_an_image_of_another_size_and_one_after_a_silence_start_anew(room):
    detector = ChangeDetector()
    assert answers(thumbnail(room), thumbnail(room), thumbnail(room[:360, :640]), detector=detector) == [
        True,
        False,
        True,
    ]
    assert answers(thumbnail(room), detector=detector, start_s=200.0) == [True]


def test_a_reset_starts_anew(room):
    detector = ChangeDetector()
    answers(*[thumbnail(room)] * 3, detector=detector)
    detector.reset()
    assert answers(thumbnail(room), detector=detector, start_s=100.3) == [True]


@pytest.mark.parametrize("shape", [(1, 1), (30, 40), (5, 200)])
def test_any_size_will_do(shape):
    assert answers(*[np.full(shape, 9, np.uint8)] * 2) == [True, False]
