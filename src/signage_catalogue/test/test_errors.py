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


@pytest.mark.fault
@pytest.mark.parametrize("part", ["line\nend", "bell\a", "\x1b[31mred", "\u2028", "\u202eright", "\udcff", "\0"])
def test_whatever_a_name_holds_the_error_is_one_printable_line(part):
    for error in (
        CatalogueError(PATH / part, [Problem(2, part, part)]),
        CatalogueError(PATH, [Problem(2, part, part)]),
    ):
        assert str(error).isprintable() and error.report == str(error) and error.public.isprintable()


@pytest.mark.fault
def test_a_report_is_bounded_whatever_a_catalogue_holds():
    long = "x" * 100_000
    problems = [Problem(index, long, long) for index in range(1, 28_001)]
    error = CatalogueError(PATH, problems)
    assert len(str(error)) < 1000 and str(error).endswith("(and 27999 more, the next on line 2)")
    lines = error.report.splitlines()
    assert len(lines) == 21 and lines[-1] == "ads.yaml: and 27980 more" and max(map(len, lines)) < 1000


@pytest.mark.fault
def test_the_public_text_does_not_say_where_the_catalogue_lies():
    error = CatalogueError(Path("/home/me/secret/ads.yaml"), [Problem(3, "version", "expected 1"), Problem(4, "", "b")])
    assert error.public == "ads.yaml:3: version: expected 1 (and 1 more, the next on line 4)"
