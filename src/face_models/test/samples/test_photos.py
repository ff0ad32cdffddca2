import json
import shutil

import numpy as np
import pytest
from face_models.samples.photos import TRUTH, load_photos
from signage_common.errors import ConfigurationError


def test_the_truth_holds_22_whole_faces_of_six_photos():
    document = json.loads(TRUTH.read_text())
    faces = np.array([face for photo in document["photos"] for face in photo["faces"]])
    assert len(document["photos"]) == 6 and faces.shape == (22, 4)
    assert "By eye" in document["made"]
    widths, heights = (faces[:, 2:] - faces[:, :2]).T
    assert (widths > 100).all() and (heights >= 0.95 * widths).all() and (heights < 2 * widths).all()
    for photo in document["photos"]:
        assert (np.array(photo["faces"]) >= 0).all() and (np.array(photo["faces"]) <= photo["size"] * 2).all()


def test_each_photo_comes_with_its_faces(photo_folder):
    for photo, entry in zip(load_photos(photo_folder), json.loads(TRUTH.read_text())["photos"], strict=True):
        assert photo.image_bgr.shape == (entry["size"][1], entry["size"][0], 3)
        assert photo.faces_px.tolist() == entry["faces"]


def test_a_missing_photo_names_the_command_that_fetches_it(tmp_path):
    with pytest.raises(ConfigurationError, match=r"sample1\.jpg: No such file.*`\./signage setup` fetches it"):
        load_photos(tmp_path)


def test_another_photo_under_the_same_name_is_refused(photo_folder, tmp_path):
    shutil.copyfile(photo_folder / "sample2.jpg", tmp_path / "sample1.jpg")
    with pytest.raises(ConfigurationError, match=r"sample1\.jpg: expected the photo that was labelled"):
        load_photos(tmp_path)
