import os

import pytest
import yaml
from deeplens_camera.calibration import load_calibration
from signage_common.errors import ConfigurationError

pytestmark = pytest.mark.fault
GOOD = {
    "image_width": 640,
    "image_height": 480,
    "camera_name": "eye",
    "camera_matrix": {"rows": 3, "cols": 3, "data": [500, 0, 320, 0, 500, 240, 0, 0, 1]},
    "distortion_model": "plumb_bob",
    "distortion_coefficients": {"rows": 1, "cols": 5, "data": [0.1, -0.2, 0, 0, 0]},
    "rectification_matrix": {"rows": 3, "cols": 3, "data": [1, 0, 0, 0, 1, 0, 0, 0, 1]},
    "projection_matrix": {"rows": 3, "cols": 4, "data": [500, 0, 320, 0, 0, 500, 240, 0, 0, 0, 1, 0]},
}


def test_a_file_of_camera_calibration(tmp_path):
    file = tmp_path / "a camera.yaml"
    file.write_text(yaml.safe_dump(GOOD))
    calibration = load_calibration(file.as_uri())
    assert (calibration.size, calibration.model) == ((640, 480), "plumb_bob")
    assert calibration.d == (0.1, -0.2, 0.0, 0.0, 0.0) and calibration.k[2] == 320.0 and len(calibration.p) == 12
    assert load_calibration("") is None


def test_a_file_of_a_package(tmp_path, monkeypatch):
    index = tmp_path / "share" / "ament_index" / "resource_index" / "packages"
    index.mkdir(parents=True)
    (index / "my_cameras").touch()
    folder = tmp_path / "share" / "my_cameras" / "eye"
    folder.mkdir(parents=True)
    (folder / "eye.yaml").write_text(yaml.safe_dump(GOOD))
    monkeypatch.setenv("AMENT_PREFIX_PATH", str(tmp_path))
    assert load_calibration("package://my_cameras/eye/eye.yaml").size == (640, 480)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("camera.yaml", "expected file:///PATH or package://PACKAGE/PATH"),
        ("http://cam/camera.yaml", "expected file:///PATH"),
        ("package://no_such_package/x.yaml", "there is no package no_such_package"),
        ("package://deeplens_camera", "expected file:///PATH"),
        ("package://", "expected file:///PATH"),
        ("package://../etc/x", "not a valid package name"),
        ("file:///no/such.yaml", "No such file"),
        ("file:///", "Is a directory"),
        ("file:///dev/zero", "expected a file, got a pipe or device"),
        ("file:///" + "x" * 300, "File name too long"),
        ("file:///a%00b", "camera_info_url"),
        ("file:///a\nb", "No such file"),
    ],
)
def test_a_wrong_address_is_one_line(url, message):
    with pytest.raises(ConfigurationError, match=message) as error:
        load_calibration(url)
    assert str(error.value).isprintable()


def changed(**changes):
    return yaml.safe_dump({**GOOD, **changes})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected a calibration"),
        ("- 1", "expected a calibration"),
        ("a: [", "expected YAML"),
        ("\0", "expected YAML"),
        ("[" * 30000, "expected YAML"),
        ("x" * 100_000, "at most 65,536 bytes"),
        ("!!python/object/apply:os.getpid []", "expected YAML"),
        (changed(image_width="wide"), "image_width: expected a number of pixels"),
        (changed(image_height=0), "image_height: expected"),
        (changed(distortion_model="fisheye"), "distortion_model: expected one of plumb_bob"),
        (changed(distortion_model=[]), "distortion_model: expected"),
        (changed(camera_matrix={"data": [1, 2]}), "camera_matrix: expected data of 3x3"),
        (changed(camera_matrix=[1] * 9), "camera_matrix: expected data"),
        (changed(projection_matrix={"data": ["x"] * 12}), "projection_matrix: expected data of 3x4 numbers"),
        (changed(projection_matrix={"data": [float("nan")] * 12}), "expected data of 3x4 numbers"),
        (changed(projection_matrix={"data": [10**400] * 12}), "expected data of 3x4 numbers"),
        (changed(distortion_coefficients={"data": [0.0] * 99}), "distortion_coefficients: expected"),
    ],
)
def test_what_is_no_calibration_is_one_line(tmp_path, text, message):
    file = tmp_path / "camera.yaml"
    file.write_text(text)
    with pytest.raises(ConfigurationError, match=message) as error:
        load_calibration(file.as_uri())
    assert str(error.value).isprintable() and len(str(error.value)) < 400


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "camera.yaml")
    with pytest.raises(ConfigurationError, match="expected a file, got a pipe or device"):
        load_calibration((tmp_path / "camera.yaml").as_uri())
