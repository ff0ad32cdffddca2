"""Conversion of the networks: the command line, the files and their manifest."""

import hashlib
import json
import os
import subprocess
import sys

import numpy as np
import pytest
from face_inference.networks.backends import MxnetNetwork
from face_models import convert_weights
from face_models.convert_weights import main
from face_models.weights.architectures import NETWORKS
from signage_common.errors import ConfigurationError

NAMES = ["landmarks-0000.params", "landmarks-symbol.json", "landmarks.onnx"]


@pytest.fixture
def convert(package, tmp_path):
    """Return a function that converts and returns what was reported."""

    def run():
        lines = []
        convert_weights.convert(package, tmp_path / "out", ["landmarks"], lines.append)
        return lines

    return run


def test_a_network_is_written_with_the_digests_of_what_it_was_made_from(convert, package, tmp_path):
    (line,) = convert()
    assert line.startswith("[1/1] landmarks: converted, 112x112")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [*NAMES, "manifest.json"]
    entry = json.loads((tmp_path / "out" / "manifest.json").read_text())["networks"]["landmarks"]
    shard = (package / "model" / "shard.bin").read_bytes()
    assert entry["inputs"]["shard.bin"] == hashlib.sha256(shard).hexdigest()
    for name in NAMES:
        assert entry["outputs"][name] == hashlib.sha256((tmp_path / "out" / name).read_bytes()).hexdigest()


def test_what_was_written_runs(convert, tmp_path):
    convert()
    network = MxnetNetwork(tmp_path / "out", "landmarks")
    output = network.run(np.ones(network.input_shape, np.float32))
    assert output.shape == (1, 136)
    assert np.ptp(output) > 0


def test_the_same_weights_give_the_same_bytes(package, tmp_path):
    for out in ("one", "other"):
        convert_weights.convert(package, tmp_path / out, ["landmarks"], lambda line: None)
    for name in NAMES:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "other" / name).read_bytes()


def test_the_same_is_not_converted_twice(convert, tmp_path):
    convert()
    before = (tmp_path / "out" / NAMES[0]).stat().st_mtime_ns
    assert convert() == ["[1/1] landmarks: up to date"]
    assert (tmp_path / "out" / NAMES[0]).stat().st_mtime_ns == before


@pytest.mark.parametrize("change", ["output", "no output", "input", "manifest", "code"])
def test_whatever_changed_converts_again(convert, package, tmp_path, monkeypatch, change):
    convert()
    if change == "output":
        (tmp_path / "out" / NAMES[0]).write_bytes(b"cut short")
    elif change == "no output":
        (tmp_path / "out" / NAMES[1]).unlink()
    elif change == "input":
        shard = package / "model" / "shard.bin"
        shard.write_bytes(b"\0\0\0\0" + shard.read_bytes()[4:])
    elif change == "manifest":
        (tmp_path / "out" / "manifest.json").write_text("{")
    else:
        monkeypatch.setattr(convert_weights, "FORMAT", convert_weights.FORMAT + 1)
    assert "converted" in convert()[0]
    assert convert() == ["[1/1] landmarks: up to date"]


def test_other_networks_stay_in_the_manifest(convert, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "manifest.json").write_text(json.dumps({"networks": {"other": {"code": "1"}}}))
    convert()
    assert set(json.loads((tmp_path / "out" / "manifest.json").read_text())["networks"]) == {"other", "landmarks"}


def test_a_broken_package_leaves_what_was_there(convert, package, tmp_path):
    convert()
    before = {name: (tmp_path / "out" / name).read_bytes() for name in NAMES}
    (package / "model" / "shard.bin").write_bytes(b"short")
    with pytest.raises(ConfigurationError, match="ends after the 5 bytes"):
        convert()
    assert {name: (tmp_path / "out" / name).read_bytes() for name in NAMES} == before
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [*NAMES, "manifest.json"]


def test_a_package_without_a_needed_tensor_is_an_error_that_names_it(convert, package):
    path = package / "model" / "face_landmark_68_tiny_model-weights_manifest.json"
    path.write_text(path.read_text().replace("fc/bias", "fc/other"))
    with pytest.raises(ConfigurationError, match="fc/bias"):
        convert()


def test_progress_is_one_line_for_each_network(package, tmp_path, capsys):
    arguments = ["--package", str(package), "--out", str(tmp_path / "out"), "landmarks"]
    assert main(arguments) == 0
    assert main(arguments) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("[1/1] landmarks: converted")
    assert lines[1:] == ["[1/1] landmarks: up to date"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--package", "/nowhere", "--out", "OUT"], "/nowhere/model/ssd_mobilenetv1_model-weights_manifest.json"),
        (["--package", "PACKAGE", "--out", "OUT", "landmarks", "age-gender"], "age_gender_model-weights_manifest.json"),
        (["--package", "PACKAGE", "--out", "PACKAGE/model/shard.bin", "landmarks"], "shard.bin"),
    ],
)
def test_a_users_mistake_is_one_line_and_status_2(package, tmp_path, capsys, arguments, expected):
    paths = {"PACKAGE": str(package), "OUT": str(tmp_path / "out")}
    for name, path in paths.items():
        arguments = [argument.replace(name, path) for argument in arguments]
    assert main(arguments) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert expected in line


@pytest.mark.parametrize("arguments", [["--package", "x"], ["--package", "x", "--out", "y", "unheard-of"]])
def test_wrong_arguments_are_status_2(arguments):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2


def test_help_names_every_network():
    command = [sys.executable, "-m", "face_models.convert_weights", "--help"]
    wide = os.environ | {"COLUMNS": "200"}
    done = subprocess.run(command, env=wide, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
    assert all(name in done.stdout for name in NETWORKS)
