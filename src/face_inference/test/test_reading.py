"""Reading faces with the real networks."""

import cv2
import numpy as np
import pytest
from face_inference.abstention import AbstentionRules
from face_inference.boxes import shorter_side
from face_inference.loading import load_networks
from face_inference.params import FaceInferenceParams
from face_inference.reading import FaceQuality, FaceReader, sharpness

FACE = (588.0, 300.0, 692.0, 420.0)
OUTSIDE = (2000.0, 300.0, 2100.0, 420.0)
LEAST_SHARPNESS = AbstentionRules().min_sharpness


@pytest.fixture(scope="module")
def reader(models_dir):
    networks = load_networks(FaceInferenceParams(models_dir=str(models_dir)))
    return FaceReader(networks.classifier, networks.locator)


def read(reader, image, box):
    return reader.classify(reader.assess(image, box), shorter_side(box))


def test_a_face_is_assessed_and_classified(reader, portrait):
    quality = reader.assess(portrait(), FACE)
    assert quality.sharpness > 0.05 and quality.pose.away_deg < 40
    observation = reader.classify(quality, 104.0)
    assert observation.male_probability < 0.2 and 15 < observation.age_years < 35
    assert (observation.face_px, observation.sharpness) == (104.0, quality.sharpness)
    assert observation.away_deg == quality.pose.away_deg


def test_a_mirrored_face_says_nearly_the_same(reader, portrait):
    image = portrait()
    mirrored = np.ascontiguousarray(image[:, ::-1])
    left, top, right, bottom = FACE
    one = read(reader, image, FACE)
    two = read(reader, mirrored, (1280 - right, top, 1280 - left, bottom))
    assert two.male_probability == pytest.approx(one.male_probability, abs=0.02)
    assert two.age_years == pytest.approx(one.age_years, abs=2.0)
    assert two.away_deg == pytest.approx(one.away_deg, abs=4)


def test_blur_shows(reader, portrait):
    soft = cv2.GaussianBlur(portrait(), (0, 0), 4)
    assert reader.assess(soft, FACE).sharpness < reader.assess(portrait(), FACE).sharpness / 5


def test_what_is_not_in_the_image_says_nothing(reader, portrait):
    quality = reader.assess(portrait(), OUTSIDE)
    assert quality == FaceQuality(None, 0.0)
    assert reader.classify(quality, shorter_side(OUTSIDE)) is None


def test_the_face_is_cut_out_once_and_the_networks_see_that(reader, portrait):
    image = portrait()
    quality = reader.assess(image, FACE)
    assert np.array_equal(quality.face_bgr, image[300:420, 588:692])
    assert np.shares_memory(quality.face_bgr, image)


def cut(image, box=FACE):
    left, top, right, bottom = map(int, box)
    return image[top:bottom, left:right]


def blurred(image, part):
    return cv2.GaussianBlur(image, (0, 0), part * (FACE[2] - FACE[0]))


def test_it_falls_with_blur(portrait):
    values = [sharpness(cut(portrait())), *(sharpness(cut(blurred(portrait(), part))) for part in (0.02, 0.045))]
    assert values[0] > 3 * values[1] > LEAST_SHARPNESS > values[2]


@pytest.mark.parametrize("change", [lambda x: x // 2, lambda x: np.clip(x.astype(int) + 60, 0, 255).astype(np.uint8)])
def test_light_hardly_changes_it(portrait, change):
    assert sharpness(cut(change(portrait()))) == pytest.approx(sharpness(cut(portrait())), rel=0.4)


def test_a_small_face_is_as_sharp(portrait):
    assert sharpness(cut(portrait(scale=0.5), (614, 330, 666, 390))) > 3 * LEAST_SHARPNESS


def test_a_plain_wall_is_not_sharp():
    wall = np.full((200, 200, 3), 90, np.uint8)
    assert sharpness(wall) < LEAST_SHARPNESS
