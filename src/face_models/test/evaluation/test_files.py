import csv
import io
from pathlib import Path

import pytest
from face_inference.abstention import AbstentionRules
from face_inference.calibration import Calibration
from face_models.evaluation.answers import Answer
from face_models.evaluation.files import check_file, write_answers, write_json
from face_models.labelled.faces import LabelledFace
from signage_common.demographics import Gender
from signage_common.errors import ConfigurationError


def test_one_line_for_each_image(tmp_path):
    face = LabelledFace(Path("사진/a,b.jpg"), Gender.FEMALE, 31.0, "p1", "asian")
    answers = [Answer(face, 34.25, 0.02, 100.0), Answer(face, 8.0, 0.02, 100.0, 0.2, float("inf"))]
    write_answers(tmp_path / "a.csv", answers, Calibration(), AbstentionRules())
    sure, silent = csv.DictReader(io.StringIO((tmp_path / "a.csv").read_text(encoding="utf-8")))
    assert (sure["path"], sure["gender"], sure["age"], sure["estimated_age"]) == (
        "사진/a,b.jpg",
        "female",
        "31",
        "34.25",
    )
    assert (sure["estimation"], sure["said_gender"], float(sure["confidence"])) == (
        "30f",
        "female",
        pytest.approx(0.98),
    )
    assert (silent["estimation"], silent["said_gender"], silent["confidence"]) == ("unknown", "unknown", "")


def test_a_document_is_whole_or_not_there(tmp_path):
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(tmp_path / "d.json", {"x": float("nan")})
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_can_be_written(tmp_path):
    check_file(None, "--json")
    check_file(tmp_path / "new.json", "--json")
    for path in (tmp_path, tmp_path / "none" / "f"):
        with pytest.raises(ConfigurationError, match=r"--json: .*expected a file"):
            check_file(path, "--json")
