import numpy as np
import pytest
from face_inference.networks.age_gender import AgeGenderNet
from face_inference.networks.detectors import make_detector
from signage_common.errors import ConfigurationError


@pytest.fixture(scope="module")
def faces(models_dir, photos):
    return make_detector("ssd", models_dir, 0.5).detect(photos["sample6"]).xyxy_px


def test_the_faces_of_young_women_are_told(models_dir, photos, faces):
    estimates = AgeGenderNet(models_dir).estimate(photos["sample6"], faces)
    assert estimates.age_years.dtype == estimates.male_probability.dtype == np.float32
    assert ((estimates.age_years > 15) & (estimates.age_years < 35)).all()
    assert (estimates.male_probability < 0.2).all()


def test_a_face_is_estimated_alike_alone_and_among_others(models_dir, photos, faces):
    net = AgeGenderNet(models_dir)
    together = net.estimate(photos["sample6"], faces)
    alone = [net.estimate(photos["sample6"], face[None]) for face in reversed(faces)]
    assert [estimate.age_years[0] for estimate in alone] == together.age_years[::-1].tolist()


def test_the_mean_with_the_flip_does_not_change_by_flipping(models_dir, photos, faces):
    photo = photos["sample6"]
    corners = np.round(faces[:, :2])
    squares = np.concatenate([corners, corners + 100], axis=1)  # lie in the input without an odd pixel on one side
    mirrored = squares.copy()
    mirrored[:, [0, 2]] = photo.shape[1] - squares[:, [2, 0]]
    net = AgeGenderNet(models_dir, average_flip=True)
    ours, flipped = net.estimate(photo, squares), net.estimate(np.ascontiguousarray(photo[:, ::-1]), mirrored)
    assert ours.age_years == pytest.approx(flipped.age_years, abs=1e-3)
    assert ours.male_probability == pytest.approx(flipped.male_probability, abs=1e-5)
    single = AgeGenderNet(models_dir).estimate(photo, squares)
    assert np.abs(single.age_years - ours.age_years).max() > 0.3


def test_the_crop_factor_takes_in_more(models_dir, photos, faces):
    wider = AgeGenderNet(models_dir, crop_factor=1.5).estimate(photos["sample6"], faces)
    assert not np.allclose(wider.age_years, AgeGenderNet(models_dir).estimate(photos["sample6"], faces).age_years)


def test_a_box_outside_the_image_has_no_estimate(models_dir, photos, faces):
    boxes = np.concatenate([np.array([[2000, 0, 2100, 90], [np.nan, 0, 1, 1]], np.float32), faces[:1]])
    estimates = AgeGenderNet(models_dir).estimate(photos["sample6"], boxes)
    assert np.isnan(estimates.age_years).tolist() == [True, True, False]
    assert np.isnan(estimates.male_probability).tolist() == [True, True, False]


def test_no_faces_no_estimates(models_dir, photos):
    estimates = AgeGenderNet(models_dir).estimate(photos["sample6"], np.empty((0, 4), np.float32))
    assert (estimates.age_years.shape, estimates.male_probability.shape) == ((0,), (0,))


def test_an_unknown_model_is_named(models_dir):
    with pytest.raises(ConfigurationError, match="unheard-of-symbol"):
        AgeGenderNet(models_dir, "unheard-of")
