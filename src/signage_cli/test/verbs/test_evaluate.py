"""./signage evaluate and ./signage train: their command lines."""

import subprocess
import sys

import cv2
import numpy as np
import pytest
from signage_cli.verbs import evaluate, train


@pytest.mark.parametrize("verb", [evaluate, train])
def test_help_shows_how_folders_look(verb, capsys):
    with pytest.raises(SystemExit) as end:
        verb.main(["--help"])
    assert end.value.code == 0
    assert "--layout" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], "the following arguments are required: DIR"),
        (["faces", "--layout", "other"], "invalid choice: 'other'"),
        (["faces", "--min-confidence", "0.2"], "expected a probability from 0.5 to below 1, got '0.2'"),
        (["faces", "--columns", "name=x"], "expected such as age=years,gender=sex"),
        (["faces", "--balance", "0"], "expected a whole number from 1 on, got '0'"),
    ],
)
def test_a_mistake_in_evaluate_is_one_line(words, expected, capsys):
    with pytest.raises(SystemExit) as end:
        evaluate.main(words)
    error = capsys.readouterr().err
    assert (end.value.code, expected in error, error.count("\n")) == (2, True, 1)


@pytest.mark.parametrize(
    "words", [["faces", "--learning-rate", "2"], ["faces", "--epochs", "x"], ["faces", "--seed", "-1"]]
)
def test_a_mistake_in_train_is_one_line(words, capsys):
    with pytest.raises(SystemExit) as end:
        train.main(words)
    error = capsys.readouterr().err
    assert (end.value.code, "expected" in error, error.count("\n")) == (2, True, 1)


@pytest.mark.parametrize("verb", ["evaluate", "train"])
@pytest.mark.parametrize("kind", ["empty", "unlabelled", "missing"])
def test_a_folder_without_labelled_faces_is_status_2(verb, kind, tmp_path):
    folder = tmp_path / "faces"
    if kind != "missing":
        folder.mkdir()
    if kind == "unlabelled":
        assert cv2.imwrite(str(folder / "holiday.jpg"), np.zeros((8, 8, 3), np.uint8))
    command = [sys.executable, "-m", f"signage_cli.verbs.{verb}", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
    assert done.stderr.startswith(f"error: {folder}: expected ")
