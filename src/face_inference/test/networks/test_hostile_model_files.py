"""Whatever lies where a file of a user's own network is expected: one line, at once, that names it."""

import json
import os
import shutil
import sys
from pathlib import Path

import pytest
from face_inference.calibration import calibration_of_model
from face_inference.networks.age_gender import AgeGenderNet
from face_inference.networks.mxnet_ssd import MxnetSsdDetector
from face_inference.networks.mxnet_ssd_settings import MxnetSsdSettings
from foreign_ssd import save_example
from signage_common.errors import ConfigurationError
from signage_common.process_testing import ProgramUnderTest, let_others_in

pytestmark = pytest.mark.fault

NOBODY = 65534
NESTED = b"[" * 100_000 + b"]" * 100_000


def make_giant(path):
    path.touch()
    os.truncate(path, 1 << 40)


def make_unreadable(path):
    path.write_bytes(b"{}")
    path.chmod(0)


PLACED = {
    "a folder": Path.mkdir,
    "a pipe": os.mkfifo,
    "a device": lambda path: path.symlink_to("/dev/zero"),
    "a link to itself": lambda path: path.symlink_to(path),
    "a terabyte": make_giant,
    "another user's file": make_unreadable,
    "nothing": lambda path: path.write_bytes(b""),
    "zeros": lambda path: path.write_bytes(bytes(5000)),
    "nested brackets": lambda path: path.write_bytes(NESTED),
    "nested in a field": lambda path: path.write_bytes(b'{"nodes": ' + NESTED + b', "format": 1}'),
    "a list": lambda path: path.write_bytes(b"[1, 2]"),
    "a number": lambda path: path.write_bytes(b"1e999"),
    "odd bytes": lambda path: path.write_bytes(b'{"format": "\xff\xfe"}'),
    "a long text": lambda path: path.write_bytes(b'{"format": "' + b"x" * 1_000_000 + b'"}'),
}


@pytest.fixture
def place(tmp_path):
    """Put something at a path in place of what was there."""
    user = os.geteuid()

    def place(path, what):
        path.unlink(missing_ok=True)
        PLACED[what](path)
        if what == "another user's file" and user == 0:
            let_others_in(path.parent)
            os.seteuid(NOBODY)

    yield place
    os.seteuid(user)


def assert_one_line(told, path):
    line = str(told.value)
    assert str(path) in line and "\n" not in line and len(line) < 700 + len(str(path))
    assert "./signage setup" not in line


@pytest.mark.parametrize("what", PLACED)
@pytest.mark.parametrize(
    ("backend", "ending"),
    [("mxnet", "-symbol.json"), ("mxnet", "-0000.params"), ("onnxruntime", ".onnx"), ("opencv", ".onnx")],
)
def test_an_age_and_gender_network_of_ones_own(models_dir, tmp_path, place, backend, ending, what):
    for end in ("-symbol.json", "-0000.params", ".onnx"):
        shutil.copy(models_dir / f"age-gender{end}", tmp_path / f"mine{end}")
    place(tmp_path / f"mine{ending}", what)
    with pytest.raises(ConfigurationError) as told:
        AgeGenderNet(models_dir, str(tmp_path / "mine"), backend=backend)
    assert_one_line(told, tmp_path / f"mine{ending}")
    assert "PREFIX" in str(told.value)


@pytest.mark.parametrize("name", ["mine", "no/such/mine", "/no/such/mine", "x" * 300, "./" + "x" * 300])
def test_a_network_of_ones_own_that_is_missing_is_not_made_by_the_setup(models_dir, name):
    with pytest.raises(ConfigurationError, match="expected age-gender, or the PREFIX") as told:
        AgeGenderNet(models_dir, name)
    assert "./signage setup" not in str(told.value)


@pytest.mark.parametrize("name", ["landmarks", "ssd-320x192"])
def test_a_network_for_something_else_is_refused_at_the_start(models_dir, name):
    with pytest.raises(ConfigurationError, match=f"{name}: expected an age and gender network"):
        AgeGenderNet(models_dir, name)


@pytest.mark.parametrize("what", PLACED)
def test_a_calibration(tmp_path, place, what):
    place(tmp_path / "mine-calibration.json", what)
    with pytest.raises(ConfigurationError) as told:
        calibration_of_model(tmp_path, "mine")
    assert_one_line(told, tmp_path / "mine-calibration.json")


@pytest.mark.parametrize("what", PLACED)
@pytest.mark.parametrize("ending", ["-symbol.json", "-0000.params", ".json"])
def test_a_foreign_ssd(models_dir, tmp_path, place, ending, what):
    prefix = save_example(models_dir, tmp_path / "faces")
    place(tmp_path / f"faces{ending}", what)
    with pytest.raises(ConfigurationError) as told:
        MxnetSsdDetector(str(prefix), 0.3, MxnetSsdSettings(width=512, height=288))
    assert_one_line(told, tmp_path / ("faces-symbol.json" if ending == "-0000.params" else f"faces{ending}"))


@pytest.mark.parametrize(
    "shape",
    [
        "(1, 3, 100000, 100000)",
        "(1, 3, 0, 512)",
        "(1, 3)",
        "(1, 3, -5, 5)",
        "x",
        "(" * 100_000,
        "9" * 10_000,
        "1e9,1,1,1",
        [],
    ],
    ids=lambda shape: str(shape)[:20],
)
def test_a_size_that_no_network_has_is_refused(models_dir, tmp_path, shape):
    for end in ("-symbol.json", "-0000.params"):
        shutil.copy(models_dir / f"age-gender{end}", tmp_path / f"mine{end}")
    symbol = json.loads((tmp_path / "mine-symbol.json").read_text())
    next(node for node in symbol["nodes"] if node["name"] == "data")["attrs"]["__shape__"] = shape
    (tmp_path / "mine-symbol.json").write_text(json.dumps(symbol))
    with pytest.raises(ConfigurationError) as told:
        AgeGenderNet(models_dir, str(tmp_path / "mine"))
    assert_one_line(told, tmp_path / "mine-symbol.json")


RUN = [sys.executable, "-c", "from face_inference.node import main; main()", "--ros-args"]


@pytest.mark.graph
@pytest.mark.parametrize("what", ["a pipe", "nested brackets", "a terabyte"])
@pytest.mark.parametrize("ending", ["-symbol.json", "-0000.params", ".json"])
def test_the_node_ends_with_status_2_at_the_start(graph, models_dir, tmp_path, place, ending, what):
    prefix = save_example(models_dir, tmp_path / "faces")
    place(tmp_path / f"faces{ending}", what)
    params = {"models_dir": models_dir, "detector": "mxnet-ssd", "model": prefix}
    words = [word for name, value in params.items() for word in ("-p", f"{name}:={value}")]
    with ProgramUnderTest([*RUN, *words], graph.env) as node:
        assert node.wait() == 2
    assert len(node.error_lines) == 1 and str(prefix) in node.errors
