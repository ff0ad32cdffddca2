import pytest
from ad_selector.choice import Choice
from ad_selector.crowd import Counts, Totals
from ad_selector.log_lines import log_lines
from ad_selector.presence import PresenceChange, PresenceEvent
from ad_selector.segment import Audience
from ad_selector.selection import chosen_selection, house_selection


@pytest.mark.parametrize(
    ("event", "lines"),
    [
        (PresenceEvent.STARTED, ["detect start: e1"]),
        (PresenceEvent.UPDATED, []),
        (PresenceEvent.ENDED, ["detect stop: e1 after 2.5 s"]),
    ],
)
def test_changes_of_presence(event, lines):
    assert (
        log_lines(PresenceChange(event, 0, 0, "e1", "20f", Counts(1), Totals(Counts(1)), 2.5, 1.0), "deeplens1")
        == lines
    )


@pytest.mark.parametrize(
    ("showing", "lines"),
    [
        (1, ["{'estimation': '20f', 'devices': 'deeplens1'}", "advertisement: 봄, film for e1 (because)"]),
        (2, ["next: 봄, film for e1 (because)"]),
    ],
)
def test_advertisements(make_catalogue, segment, showing, lines):
    catalogue = make_catalogue({"봄": {"creatives": ["film"]}})
    audience = Audience("deeplens1", segment("f25"), 1, "e1")
    selection = chosen_selection(Choice("봄", "film", "because"), audience, catalogue, 0, 0, showing)
    assert log_lines(selection, "deeplens1") == lines


def test_the_house_playlist(make_catalogue):
    selection = house_selection(make_catalogue({}, fallback=("h1", "h2")), "nobody", 0)
    assert log_lines(selection, "deeplens1") == ["fallback: h1, h2 (nobody)"]
