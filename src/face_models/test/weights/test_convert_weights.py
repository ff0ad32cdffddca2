import os
import subprocess
import sys

import pytest
from face_models.convert_weights import main
from face_models.weights.recipes import RECIPES


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
    assert all(name in done.stdout for name in RECIPES)
