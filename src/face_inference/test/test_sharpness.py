import cv2
import numpy as np
import pytest
from face_inference.abstention import AbstentionRules
from face_inference.sharpness import sharpness

BOX = (588, 300, 692, 420)
LEAST = AbstentionRules().min_sharpness


def cut(image, box=BOX):
    left, top, right, bottom = box
    return image[top:bottom, left:right]


def blurred(image, part):
    return cv2.GaussianBlur(image, (0, 0), part * (BOX[2] - BOX[0]))


def test_it_falls_with_blur(portrait):
    values = [sharpness(cut(portrait())), *(sharpness(cut(blurred(portrait(), part))) for part in (0.02, 0.045))]
    assert values[0] > 3 * values[1] > LEAST > values[2]


@pytest.mark.parametrize("change", [lambda x: x // 2, lambda x: np.clip(x.astype(int) + 60, 0, 255).astype(np.uint8)])
def test_light_hardly_changes_it(portrait, change):
    assert sharpness(cut(change(portrait()))) == pytest.approx(sharpness(cut(portrait())), rel=0.4)


def test_a_small_face_is_as_sharp(portrait):
    assert sharpness(cut(portrait(scale=0.5), (614, 330, 666, 390))) > 3 * LEAST


def test_a_plain_wall_is_not_sharp():
    wall = np.full((200, 200, 3), 90, np.uint8)
    assert sharpness(wall) < LEAST
