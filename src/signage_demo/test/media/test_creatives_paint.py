import numpy as np
import pytest
from signage_demo.media.creatives_paint import SANS, Canvas, box, lettering, linear, oval, radial, rgb, solid, trace


def test_a_colour_is_three_floats():
    assert rgb("#ff0080") == pytest.approx([1, 0, 128 / 255])


def test_a_path_is_traced_through_its_ends():
    points = trace("M0,0 L10,0 C10,5 10,5 10,10 Z")
    assert points[0] == pytest.approx([0, 0]) and points[-1] == pytest.approx([10, 10])
    assert len(points) == 26


def test_gradients_run_between_their_colours():
    across = linear((0, 0), (9, 0), "#000000", "#ffffff")(10, 2)
    assert across[0, 0] == pytest.approx([0, 0, 0]) and across[1, 9] == pytest.approx([1, 1, 1])
    round_ = radial((5, 5), 5, "#ffffff", "#000000")(11, 11)
    assert round_[5, 5, 0] == 1 and round_[0, 0, 0] == 0


def test_a_filled_box_covers_its_area_with_smooth_edges():
    alpha = Canvas(40, 40).fill(box(10, 10, 20.5, 20), solid("#ffffff")).rgba[..., 3]
    assert alpha[20, 20] == 1 and alpha[2, 2] == 0
    assert alpha.sum() == pytest.approx(20.5 * 20, rel=0.05)
    assert 0 < alpha[20, 30] < 1


def test_a_stroke_a_blur_and_a_clip():
    ring = Canvas(60, 60).stroke(oval(30, 30, 20, 20), 4, solid("#ffffff"))
    assert ring.rgba[30, 30, 3] == 0 and ring.rgba[30, 50, 3] > 0.9
    soft = Canvas(60, 60).fill(box(20, 20, 20, 20), solid("#ffffff"), blur=4).rgba[..., 3]
    assert 0.05 < soft[17, 30] < 0.6
    clipped = Canvas(60, 60).within(box(0, 0, 30, 60), ring).rgba[..., 3]
    assert clipped[30, 10] > 0.9 and clipped[30, 50] == 0


def test_lettering_is_as_wide_as_asked():
    plain, wide, narrow = (
        lettering("Coffee", SANS, 40, solid("#ffffff"), tracking, condense).shape[1]
        for tracking, condense in ((0, 1), (0.2, 1), (0, 0.8))
    )
    assert wide > plain > narrow
    assert np.max(lettering("i", SANS, 40, solid("#ffffff"))) > 0.9
