import json

import pytest
from face_models.evaluation.coverage import coverages
from face_models.evaluation.figures import measure
from signage_common.demographics import Gender

ROWS = [
    (Gender.MALE, 30.0, 0.92, 34.0),  # right
    (Gender.MALE, 30.0, 0.7, 45.0),  # right, not sure enough to be said, next decade
    (Gender.FEMALE, 52.0, 0.85, 30.0),  # wrong, two decades off
    (Gender.FEMALE, 25.0, 0.08, 20.0),  # right
    (Gender.FEMALE, 6.0, 0.01, 7.0),  # right, but taken for a child
]


def test_the_figures_of_all(tabulate_rows):
    figures = measure(tabulate_rows(ROWS))
    assert (figures["n"], figures["answered"]) == (5, 3)
    assert figures["gender_accuracy"] == pytest.approx(0.8)
    assert figures["gender_accuracy_answered"] == pytest.approx(2 / 3)
    assert figures["age_mae"] == pytest.approx((4 + 15 + 22 + 5 + 1) / 5)
    assert figures["age_bias"] == pytest.approx((4 + 15 - 22 - 5 + 1) / 5)
    assert (figures["decade_exact"], figures["decade_within_one"]) == (pytest.approx(0.6), pytest.approx(0.8))


def test_the_figures_of_parts(tabulate_rows):
    figures = measure(tabulate_rows(ROWS))
    assert set(figures["by_decade"]) == {"0", "20", "30", "50"}
    assert figures["by_decade"]["30"]["n"] == 2
    assert figures["by_gender"]["female"]["gender_accuracy"] == pytest.approx(2 / 3)
    assert figures["by_group"] == {}


def test_the_document_has_the_keys_that_scripts_read_and_is_json(tabulate_rows):
    figures = measure(tabulate_rows(ROWS))
    wanted = "n answered gender_accuracy age_mae age_bias decade_exact decade_within_one by_decade by_gender by_group"
    assert {*wanted.split(), "calibration_error"} <= set(figures)
    assert json.loads(json.dumps(figures, allow_nan=False))["n"] == 5


def test_confusion(tabulate_rows):
    confusion = measure(tabulate_rows(ROWS))["confusion"]
    assert confusion["gender"] == [[1, 1, 1], [0, 1, 1]]
    assert (confusion["decade"][5][3], confusion["decade"][3][4], sum(map(sum, confusion["decade"]))) == (1, 1, 5)


def test_the_surer_the_fewer_and_the_better(tabulate_rows):
    by_confidence = {one.confidence: one for one in coverages(tabulate_rows(ROWS))}
    assert [by_confidence[one].answered for one in (0.5, 0.8, 0.9, 0.95)] == [4, 3, 2, 0]
    assert by_confidence[0.9].accuracy == 1.0
    assert by_confidence[0.5].coverage == pytest.approx(0.8)
    assert by_confidence[0.95].accuracy is None


def test_nobody_taken_for_an_adult(tabulate_rows):
    figures = measure(tabulate_rows(ROWS[-1:]))
    assert (figures["answered"], figures["calibration_error"], figures["gender_accuracy_answered"]) == (0, None, None)
