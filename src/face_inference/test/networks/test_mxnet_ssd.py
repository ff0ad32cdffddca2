"""The project's own SSD, written in the formats of others, must find the same faces as it does by itself."""

import json

import numpy as np
import pytest
from face_inference.networks.detection import overlap
from face_inference.networks.detectors import make_detector
from face_inference.networks.mxnet_ssd import MxnetSsdDetector
from face_inference.networks.mxnet_ssd_settings import MxnetSsdSettings
from foreign_ssd import save_example, save_gluon, save_training
from signage_common.errors import ConfigurationError

SIZE = MxnetSsdSettings(width=512, height=288)
SCORE = 0.3


@pytest.fixture(scope="module")
def ours(models_dir):
    return make_detector("ssd", models_dir, SCORE)


@pytest.fixture
def prefix(tmp_path):
    return tmp_path / "faces v1.0"


def assert_same_faces(detector, ours, photos):
    for photo in photos.values():
        expected, found = ours.detect(photo), detector.detect(photo)
        assert len(expected.scores) == len(found.scores) > 0
        assert np.abs(found.scores - expected.scores).max() < 1e-4
        assert np.abs(found.xyxy_px - expected.xyxy_px).max() < 0.05


def test_a_model_of_mxnets_example_needs_nothing_said_but_its_size(models_dir, ours, photos, empty_scene, prefix):
    detector = MxnetSsdDetector(save_example(models_dir, prefix), SCORE, SIZE)
    assert_same_faces(detector, ours, photos)
    assert len(detector.detect(empty_scene).scores) == 0


def test_a_symbol_from_training_with_its_label_finds_the_same(models_dir, ours, photos, prefix):
    assert_same_faces(MxnetSsdDetector(save_training(models_dir, prefix), SCORE, SIZE), ours, photos)


@pytest.mark.parametrize("scales_itself", [False, True])
def test_a_model_of_gluon_cv_finds_the_same(models_dir, ours, photos, prefix, scales_itself):
    assert_same_faces(MxnetSsdDetector(save_gluon(models_dir, prefix, scales_itself), SCORE, SIZE), ours, photos)


def test_the_settings_beside_the_model_are_read(models_dir, ours, photos, prefix):
    save_example(models_dir, prefix, mean=(127.5,) * 3, scale=1 / 127.5, channels="bgr")
    said = {"width": 512, "height": 288, "mean": [127.5] * 3, "scale": 1 / 127.5, "channels": "bgr", "face_class": 0}
    prefix.with_name(f"{prefix.name}.json").write_text(json.dumps(said))
    assert_same_faces(MxnetSsdDetector(str(prefix), SCORE), ours, photos)


def test_what_is_said_at_the_start_counts_more(models_dir, ours, photos, prefix):
    save_example(models_dir, prefix)
    said = {"width": 300, "height": 288, "mean": [0, 0, 0], "fit": "stretch"}
    prefix.with_name(f"{prefix.name}.json").write_text(json.dumps(said))
    settings = MxnetSsdSettings(width=512, mean=(123, 117, 104))
    assert_same_faces(MxnetSsdDetector(str(prefix), SCORE, settings), ours, photos)


def test_swapped_channels_are_another_picture(models_dir, ours, photos, prefix):
    detector = MxnetSsdDetector(save_example(models_dir, prefix, channels="bgr"), SCORE, SIZE)
    differences = [
        np.abs(detector.detect(photo).scores[:1] - ours.detect(photo).scores[:1]).max() for photo in photos.values()
    ]
    assert max(differences) > 0.01


def test_a_square_model_sees_the_image_stretched_or_padded(models_dir, photos, prefix):
    save_example(models_dir, prefix, name="ssd-512x512")
    square = MxnetSsdSettings(width=512, height=512)
    expected = make_detector("ssd-square", models_dir, SCORE).detect(photos["sample1"])
    padded = MxnetSsdDetector(str(prefix), SCORE, square.over(MxnetSsdSettings(fit="pad"))).detect(photos["sample1"])
    assert np.abs(padded.xyxy_px - expected.xyxy_px).max() < 0.05
    stretched = MxnetSsdDetector(str(prefix), SCORE, square).detect(photos["sample1"])
    shared = overlap(expected.xyxy_px[0], stretched.xyxy_px)
    assert 0.7 < shared.max() < 0.999  # the same face, seen tall and narrow


def test_faces_are_one_class_or_all_of_them(models_dir, ours, photos, prefix):
    save_example(models_dir, prefix)
    detectors = {
        wanted: MxnetSsdDetector(str(prefix), SCORE, SIZE.over(MxnetSsdSettings(face_class=wanted)))
        for wanted in (-1, 0, 1)
    }
    found = {wanted: len(detector.detect(photos["sample1"]).scores) for wanted, detector in detectors.items()}
    faces = len(ours.detect(photos["sample1"]).scores)
    assert found == {-1: faces, 0: faces, 1: 0}


def test_the_last_epoch_is_taken(models_dir, ours, photos, prefix):
    save_example(models_dir, prefix, epoch=12)
    prefix.with_name(f"{prefix.name}-0003.params").write_bytes(b"an older one")
    assert_same_faces(MxnetSsdDetector(str(prefix), SCORE, SIZE), ours, photos)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        ("symbol", "no such file"),
        ("params", "no such file"),
        ("cut params", "expected an MXNet SSD with"),
        ("lost parameter", "anchors is missing"),
        ("cut symbol", "expected an MXNet symbol"),
        ("settings", "expected JSON"),
        ("other settings", "colour: extra inputs"),
        ("wrong size", "width: input should be"),
        ("no detections", "this one gives 1x2934x5"),
    ],
)
def test_a_missing_or_broken_file_is_one_line_that_names_it(models_dir, prefix, damage, message):
    save_example(models_dir, prefix)
    symbol, params = (prefix.with_name(f"{prefix.name}-{end}") for end in ("symbol.json", "0000.params"))
    settings = prefix.with_name(f"{prefix.name}.json")
    if damage in ("symbol", "params"):
        (symbol if damage == "symbol" else params).unlink()
    elif damage == "cut params":
        params.write_bytes(params.read_bytes()[:100])
    elif damage == "lost parameter":
        params.write_bytes(params.read_bytes().replace(b"arg:anchors", b"arg:anch_rs"))
    elif damage == "cut symbol":
        symbol.write_text(symbol.read_text()[:100])
    elif damage == "no detections":
        for end in ("symbol.json", "0000.params"):
            content = (models_dir / f"ssd-512x288-{end}").read_bytes()
            prefix.with_name(f"{prefix.name}-{end}").write_bytes(content)
    else:
        texts = {"settings": "{", "other settings": '{"colour": 1}', "wrong size": '{"width": 3}'}
        settings.write_text(texts[damage])
    with pytest.raises(ConfigurationError, match=message) as caught:
        MxnetSsdDetector(str(prefix), SCORE, SIZE)
    assert str(prefix) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_without_a_model_it_says_what_is_expected():
    with pytest.raises(ConfigurationError, match="model: expected the PREFIX"):
        MxnetSsdDetector("", SCORE)
