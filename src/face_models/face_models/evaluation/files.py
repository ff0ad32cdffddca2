"""The files that an evaluation writes; each is the old one or the whole new one."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from face_inference.abstention import AbstentionRules
from face_inference.calibration import Calibration
from signage_common.demographics import Gender
from signage_common.errors import ConfigurationError

from face_models.evaluation.answers import Answer, say

_COLUMNS = (
    "path", "subject", "group", "gender", "age", "estimation", "said_gender", "confidence",
    "male_probability", "estimated_age", "age_spread", "face_px", "sharpness", "away_deg",
)  # fmt: skip


def check_file(path: Path | None, option: str) -> None:
    """Check, before the work is done, that its result can be written.

    Raises:
        ConfigurationError: it can't.
    """
    if path is None:
        return
    folder = path.absolute().parent
    if path.is_dir() or not folder.is_dir() or not os.access(folder, os.W_OK):
        raise ConfigurationError(f"{option}: {path}: expected a file in a folder that can be written to")


def write_text(path: Path, text: str) -> None:
    """Write a file in one step."""
    partial = path.with_name(f"{path.name}.partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def write_json(path: Path, document: Mapping[str, Any]) -> None:
    """Write a document."""
    write_text(path, json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def write_answers(path: Path, answers: Sequence[Answer], calibration: Calibration, rules: AbstentionRules) -> None:
    """Write one line for each image."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for answer in answers:
        writer.writerow(_line(answer, calibration, rules))
    write_text(path, text.getvalue())


def _line(answer: Answer, calibration: Calibration, rules: AbstentionRules) -> list[str]:
    face, said = answer.face, say(answer, calibration, rules)
    confidence = "" if said.gender_confidence is None else f"{said.gender_confidence:.4f}"
    return [
        str(face.path),
        face.subject or "",
        face.group,
        face.gender.name.lower(),
        f"{face.age_years:g}",
        said.estimation,
        Gender(said.gender).name.lower(),
        confidence,
        f"{answer.male_probability:.6f}",
        f"{answer.age_years:.2f}",
        f"{calibration.age_sigma(answer.age_years):.2f}",
        f"{answer.face_px:.0f}",
        f"{answer.sharpness:.4f}",
        f"{answer.away_deg:.1f}",
    ]
