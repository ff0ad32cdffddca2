"""A small labelled set of real faces, found by our own detector, with a few variants of each."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from face_inference.networks.detectors import make_detector
from face_models.training.augmentation import augment

SIDE_PX, VARIANTS = 120, 3


@pytest.fixture(scope="session")
def labelled_folder(models_dir: Path, photos: dict[str, np.ndarray], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """22 faces, three images of each, with a CSV file: half of them are called men of 60, so there is much to learn."""
    folder = tmp_path_factory.mktemp("labelled")
    detector = make_detector("ssd", models_dir, 0.5)
    lines = ["path,age,gender,subject"]
    boxes = [(photo, box) for photo in photos.values() for box in detector.detect(photo).xyxy_px]
    for index, (photo, box) in enumerate(boxes):
        label = "60,male" if index % 2 else "20,female"
        for variant in range(VARIANTS):
            face = augment(photo, box, SIDE_PX, np.random.default_rng([index, variant]))
            name = f"{index:02}-{variant}.jpg"
            assert cv2.imwrite(str(folder / name), face)
            lines.append(f"{name},{label},person{index}")
    (folder / "labels.csv").write_text("\n".join(lines))
    return folder
