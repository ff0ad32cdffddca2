"""Reading faces with the real networks."""

import cv2
import numpy as np
import pytest
from face_inference.loading import load_networks
from face_inference.params import FaceInferenceParams
from face_inference.reading import FaceReader, Look
from face_inference.tracks import FaceState, TrackedFace

FACE = TrackedFace(7, FaceState.DETECTED, (588.0, 300.0, 692.0, 420.0), 0.9)
OUTSIDE = TrackedFace(8, FaceState.DETECTED, (2000.0, 300.0, 2100.0, 420.0), 0.9)


@pytest.fixture(scope="module")
def reader(models_dir):
    networks = load_networks(FaceInferenceParams(models_dir=str(models_dir)))
    return FaceReader(networks.classifier, networks.locator)


def test_a_face_is_looked_at_and_classified(reader, portrait):
    looks = reader.look(portrait(), [FACE])
    assert looks[7].sharpness > 0.05 and looks[7].turn.away_deg < 40
    (observation,) = reader.classify(portrait(), [FACE], looks).values()
    assert observation.male_probability < 0.2 and 15 < observation.age_years < 35
    assert (observation.face_px, observation.sharpness) == (104.0, looks[7].sharpness)
    assert observation.away_deg == looks[7].turn.away_deg


def test_a_mirrored_face_says_nearly_the_same(reader, portrait):
    image = portrait()
    mirrored = np.ascontiguousarray(image[:, ::-1])
    left, top, right, bottom = FACE.xyxy_px
    other = TrackedFace(7, FaceState.DETECTED, (1280 - right, top, 1280 - left, bottom), 0.9)
    (one,) = reader.classify(image, [FACE], reader.look(image, [FACE])).values()
    (two,) = reader.classify(mirrored, [other], reader.look(mirrored, [other])).values()
    assert two.male_probability == pytest.approx(one.male_probability, abs=0.02)
    assert two.age_years == pytest.approx(one.age_years, abs=2.0)
    assert two.away_deg == pytest.approx(one.away_deg, abs=4)


def test_blur_shows(reader, portrait):
    soft = cv2.GaussianBlur(portrait(), (0, 0), 4)
    assert reader.look(soft, [FACE])[7].sharpness < reader.look(portrait(), [FACE])[7].sharpness / 5


def test_what_is_not_in_the_image_says_nothing(reader, portrait):
    looks = reader.look(portrait(), [OUTSIDE])
    assert looks == {8: Look(None, 0.0)}
    assert reader.classify(portrait(), [OUTSIDE], looks) == {}


def test_nobody_is_nothing(reader, portrait):
    assert reader.look(portrait(), []) == {} and reader.classify(portrait(), [], {}) == {}
