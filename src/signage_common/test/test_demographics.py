import pytest
from signage_common.demographics import Decade, Demographics, Gender, decade_of, format_estimation, parse_estimation


@pytest.mark.parametrize(
    ("text", "gender", "decade"),
    [
        ("20f", Gender.FEMALE, Decade.D20S),
        ("40m", Gender.MALE, Decade.D40S),
        ("0f", Gender.FEMALE, Decade.D0S),
        ("90m", Gender.MALE, Decade.D90S),
        ("unknown", Gender.UNKNOWN, Decade.UNKNOWN),
    ],
)
def test_estimation_is_written_and_read_alike(text, gender, decade):
    assert format_estimation(gender, decade) == text
    assert parse_estimation(text) == (gender, decade)


def test_half_an_estimation_is_unknown():
    assert format_estimation(Gender.MALE, Decade.UNKNOWN) == "unknown"
    assert Demographics(decade=Decade.D30S).estimation == "unknown"


@pytest.mark.parametrize("text", ["f20", "25f", "100m", "20x", "20 f"])
def test_what_is_no_estimation_is_refused(text):
    with pytest.raises(ValueError, match="such as 20f"):
        parse_estimation(text)


@pytest.mark.parametrize(("age", "decade"), [(0, 1), (9.99, 1), (10, 2), (29.5, 3), (99, 10), (120, 10), (-1, 1)])
def test_decade_of_an_age(age, decade):
    assert decade_of(age) == decade
