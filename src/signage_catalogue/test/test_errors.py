from pathlib import Path

import pytest
from signage_catalogue.errors import CatalogueError, Problem, field_name
from signage_common.errors import ConfigurationError

PATH = Path("ads.yaml")


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ((), ""),
        (("fallback", 1), "fallback[1]"),
        (("campaigns", "봄", "dayparts", 0, "from"), "campaigns.봄.dayparts[0].from"),
    ],
)
def test_field_name(place, name):
    assert field_name(place) == name


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (Problem(0, "", "not there"), "ads.yaml: not there"),
        (Problem(3, "", "no YAML"), "ads.yaml:3: no YAML"),
        (Problem(3, "version", "expected 1"), "ads.yaml:3: version: expected 1"),
    ],
)
def test_problem_as_text(problem, text):
    assert problem.text(PATH) == text


def test_an_error_is_one_line_and_its_report_lists_everything_in_order():
    error = CatalogueError(PATH, [Problem(9, "b", "second"), Problem(2, "a", "first"), Problem(9, "c", "third")])
    assert isinstance(error, ConfigurationError) and error.exit_status == 2
    assert str(error) == "ads.yaml:2: a: first (and 2 more, the next on line 9)"
    assert error.report.splitlines() == ["ads.yaml:2: a: first", "ads.yaml:9: b: second", "ads.yaml:9: c: third"]
    assert str(CatalogueError(PATH, [Problem(2, "a", "only")])) == "ads.yaml:2: a: only"
