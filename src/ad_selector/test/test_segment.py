import pytest
from ad_selector.segment import Audience, Segment, segment_of, segment_of_estimation
from signage_common.demographics import Decade, Demographics, Gender

CHILD, NOBODY = Segment(is_child=True), Segment()
F, M, U = Gender.FEMALE, Gender.MALE, Gender.UNKNOWN


@pytest.mark.parametrize(
    ("gender", "age_years", "decade", "segment"),
    [
        (F, 25.9, Decade.D20S, Segment(F, 25)),
        (M, 40.0, Decade.D40S, Segment(M, 40)),
        (F, 30.4, Decade.D20S, Segment(F, 29)),
        (F, 18.6, Decade.D20S, Segment(F, 20)),
        (M, None, Decade.D30S, Segment(M, 35)),
        (M, 97.0, Decade.D90S, Segment(M, 97)),
        (F, 16.0, Decade.D10S, Segment(F, 16)),
        (F, 15.99, Decade.D10S, CHILD),
        (F, 15.99, Decade.D20S, CHILD),
        (F, None, Decade.D10S, CHILD),
        (U, 8.0, Decade.D0S, CHILD),
        (U, 8.0, Decade.UNKNOWN, CHILD),
        (U, 25.0, Decade.D20S, NOBODY),
        (F, 25.0, Decade.UNKNOWN, NOBODY),
        (F, None, Decade.UNKNOWN, NOBODY),
    ],
)
def test_what_an_advertisement_may_use(gender, age_years, decade, segment):
    assert segment_of(Demographics(gender=gender, age_years=age_years, decade=decade), 16.0) == segment


def test_who_is_a_child_can_be_set():
    teenager = Demographics(gender=M, age_years=17.5, decade=Decade.D10S)
    assert segment_of(teenager, 18.0) == CHILD and segment_of(teenager, 0.0) == Segment(M, 17)


@pytest.mark.parametrize(
    ("text", "segment", "estimation"),
    [
        ("20f", Segment(F, 25), "20f"),
        ("90m", Segment(M, 95), "90m"),
        ("10f", CHILD, "unknown"),
        ("", NOBODY, "unknown"),
        ("unknown", NOBODY, "unknown"),
    ],
)
def test_an_estimation_is_read_and_written(text, segment, estimation):
    assert segment_of_estimation(text, 16.0) == segment and segment.estimation == estimation
    assert segment.is_known is (estimation != "unknown")


def test_what_is_no_estimation_is_refused():
    with pytest.raises(ValueError, match="such as 20f"):
        segment_of_estimation("25f", 16.0)


@pytest.mark.parametrize(
    ("who", "watchers", "text"),
    [
        ("f25", 1, "20f, 1 watcher at deeplens1"),
        ("unknown", 3, "unknown, 3 watchers at deeplens1"),
        ("child", 1, "a child, 1 watcher at deeplens1"),
    ],
)
def test_an_audience_in_words(segment, who, watchers, text):
    assert Audience("deeplens1", segment(who), watchers).describe() == text
