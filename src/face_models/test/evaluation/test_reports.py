"""What an evaluation shows on a terminal, and the files that it leaves."""

import csv
import io
import time
from pathlib import Path

import pytest
from face_inference.abstention import AbstentionRules
from face_inference.calibration import Calibration
from face_models.evaluation.metrics import compute_metrics
from face_models.evaluation.predictions import Prediction
from face_models.evaluation.reports import (
    ProgressCounter,
    check_writable,
    comparison_table,
    make_tables,
    write_json,
    write_predictions,
)
from face_models.labelled.faces import LabelledFace
from rich.console import Console
from signage_common.demographics import Gender
from signage_common.errors import ConfigurationError

ROWS = [(Gender.MALE, 30.0, 0.92, 34.0), (Gender.FEMALE, 52.0, 0.85, 30.0), (Gender.FEMALE, 6.0, 0.01, 7.0)]


@pytest.mark.fault
def test_lines_now_and_then_where_there_is_no_terminal():
    text, began_s = io.StringIO(), time.monotonic()
    with ProgressCounter("work", 5000, Console(file=text)) as progress:
        for done in range(1, 5001):
            progress.show(done)
        progress.keep("half of it is done")
    first, *others, last = text.getvalue().splitlines()
    assert (first, last) == ("work: 1 of 5000", "half of it is done")
    assert len(others) <= (time.monotonic() - began_s) / 10


def test_a_bar_on_a_terminal():
    text = io.StringIO()
    with ProgressCounter("work", 3, Console(file=text, force_terminal=True, width=80)) as progress:
        progress.show(3)
    assert "3/3" in text.getvalue()


def show(*tables):
    text = io.StringIO()
    console = Console(file=text, width=140)
    for table in tables:
        console.print(table)
    return text.getvalue()


def test_what_the_terminal_shows(tabulate_rows):
    text = show(*make_tables(compute_metrics(tabulate_rows(ROWS))))
    for expected in ("0.667 [0.208, 0.939]", "30s", "female", "share of all", "Decade: labels down", "9.00 ["):
        assert expected in text


def test_nothing_is_a_dash(tabulate_rows):
    text = show(*make_tables(compute_metrics(tabulate_rows(ROWS[-1:]))))
    assert "│ - " in text or " - │" in text


def test_two_networks_side_by_side(tabulate_rows):
    old, new = (
        compute_metrics(tabulate_rows(ROWS[:2])),
        compute_metrics(tabulate_rows([ROWS[0], (Gender.FEMALE, 52.0, 0.1, 50.0)])),
    )
    text = show(comparison_table(old, new, ("old", "new")))
    assert "The same 2 faces" in text
    line = next(line for line in text.splitlines() if "gender accuracy " in line)
    assert "0.500" in line and "1.000" in line


def test_one_line_for_each_image(tmp_path):
    face = LabelledFace(Path("사진/a,b.jpg"), Gender.FEMALE, 31.0, "p1", "asian")
    predictions = [Prediction(face, 34.25, 0.02, 100.0), Prediction(face, 8.0, 0.02, 100.0, 0.2, float("inf"))]
    write_predictions(tmp_path / "a.csv", predictions, Calibration(), AbstentionRules())
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
    check_writable(None, "--json")
    check_writable(tmp_path / "new.json", "--json")
    for path in (tmp_path, tmp_path / "none" / "f"):
        with pytest.raises(ConfigurationError, match=r"--json: .*expected a file"):
            check_writable(path, "--json")
