import numpy as np
import pytest
from face_inference.vigilance import Vigilance

EMPTY, FULL = np.full((90, 160), 80, np.uint8), np.full((90, 160), 80, np.uint8)
FULL[20:60, 40:70] = 200


def run(scenes, somebody=(), still_rate_hz=2.5, vigilance=None, start_s=50.0):
    """Show scenes ten times a second; return which were analysed. ``somebody``: when a face is in sight."""
    vigilance = vigilance or Vigilance(still_rate_hz)
    analysed = []
    for index, scene in enumerate(scenes):
        stamp_s = start_s + index / 10
        if vigilance.wants(stamp_s, lambda scene=scene: scene):
            analysed.append(index)
            vigilance.note(stamp_s, index in somebody)
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

    vigilance = Vigilance(2.5)
    assert vigilance.wants(0.0, lambda: FULL)
    vigilance.note(0.0, is_somebody=True)
    assert all(vigilance.wants(step / 10, fail) for step in range(1, 7))


def test_after_a_visit_the_scene_is_still_again():
    analysed = run([EMPTY] * 20 + [FULL] * 20 + [EMPTY] * 100, somebody=range(20, 40))
    assert set(range(20, 47)) <= set(analysed)
    assert len([index for index in analysed if index >= 60]) == pytest.approx(20, abs=2)


def test_a_clock_set_back_starts_anew():
    vigilance = Vigilance(2.5)
    run([FULL] * 10, somebody=range(10), vigilance=vigilance, start_s=1000.0)
    analysed = run([FULL] * 40, vigilance=vigilance, start_s=5.0)
    assert analysed[0] == 0 and len(analysed) == pytest.approx(10, abs=1)
