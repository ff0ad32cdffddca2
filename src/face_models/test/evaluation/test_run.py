"""A whole evaluation with the real networks on real faces."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from face_inference.networks.detectors import make_detector
from face_models.evaluation.run import EvaluationOptions, evaluate
from rich.console import Console
from signage_common.errors import ConfigurationError

PARTS = {"by_decade", "by_gender", "by_group"}
WANTED = {"n", "answered", "gender_accuracy", "age_mae", "age_bias", "decade_exact", "decade_within_one", *PARTS}


@pytest.fixture(scope="module")
def crops(models_dir: Path, photos: dict[str, np.ndarray]) -> list[np.ndarray]:
    """The faces of the sample photos."""
    detector = make_detector("ssd", models_dir, 0.5)
    boxes = [(photo, box) for photo in photos.values() for box in detector.detect(photo).xyxy_px.astype(int)]
    return [photo[top:bottom, left:right] for photo, (left, top, right, bottom) in boxes]


@pytest.fixture
def folder(tmp_path: Path, crops: list[np.ndarray]) -> Path:
    """Young women with names as of UTKFace, a broken image and a name without label among them."""
    made = tmp_path / "faces"
    made.mkdir()
    for index, crop in enumerate(crops):
        assert cv2.imwrite(str(made / f"25_1_0_{index:03}.jpg"), crop)
    (made / "25_1_0_broken.jpg").write_bytes((made / "25_1_0_000.jpg").read_bytes()[:600])
    (made / "25_1_later.jpg").write_bytes(b"")
    return made


def run(options: EvaluationOptions) -> tuple[dict, str]:
    text = io.StringIO()
    return evaluate(options, Console(file=text, width=160)), text.getvalue()


def test_figures_files_and_what_was_skipped(folder: Path, models_dir: Path, tmp_path: Path) -> None:
    out = {"json": tmp_path / "f.json", "csv": tmp_path / "f.csv", "plots": tmp_path / "plots"}
    figures, text = run(EvaluationOptions(folder, models_dir, **out))
    assert figures["n"] == len(list(folder.iterdir())) - 2
    assert figures["gender_accuracy"] > 0.85
    assert figures["age_mae"] < 6
    assert WANTED | {"calibration_error"} <= set(json.loads(out["json"].read_text()))
    rows = list(csv.DictReader(io.StringIO(out["csv"].read_text())))
    assert len(rows) == figures["n"]
    assert sum(row["said_gender"] != "unknown" for row in rows) == figures["answered"]
    assert len(list(out["plots"].iterdir())) == 4
    assert figures["skipped"] == 2
    assert "25_1_0_broken.jpg: expected an image" in text
    assert "25_1_later.jpg: expected a name" in text


def test_a_crop_in_which_no_face_is_found_is_taken_whole(folder: Path, models_dir: Path) -> None:
    found, _ = run(EvaluationOptions(folder, models_dir, detect=True))
    assert (found["detected"], found["n"]) == (True, run(EvaluationOptions(folder, models_dir))[0]["n"])


def test_only_broken_images_are_one_line(tmp_path: Path, models_dir: Path) -> None:
    (tmp_path / "25_1_0_x.jpg").write_bytes(b"no image")
    with pytest.raises(ConfigurationError, match="expected images of faces, got 1"):
        run(EvaluationOptions(tmp_path, models_dir))


def test_what_can_not_be_written_is_said_before_the_work(folder: Path, models_dir: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="--json"):
        run(EvaluationOptions(folder, models_dir, json=tmp_path / "none" / "f.json"))


def test_too_few_faces_calibrate_nothing(folder: Path, models_dir: Path) -> None:
    with pytest.raises(ConfigurationError, match="--calibrate"):
        run(EvaluationOptions(folder, models_dir, calibrate=True))
    assert not (models_dir / "age-gender-calibration.json").exists()
