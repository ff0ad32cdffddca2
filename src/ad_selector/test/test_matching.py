import datetime

import pytest
from ad_selector.audience import Audience
from ad_selector.history import History, Play
from ad_selector.matching import why_not

from signage_catalogue import Campaign

NOON = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.timezone.utc)
NOW_NS = int(NOON.timestamp()) * 10**9


def obstacle(target, segment, watchers=1, history=None, **fields):
    campaign = Campaign.model_validate({"creatives": ["a"], "target": target, **fields})
    audience = Audience("deeplens1", segment, watchers)
    return why_not("x", campaign, audience, history or History(), NOW_NS, NOON)


@pytest.mark.parametrize(
    ("target", "who", "expected"),
    [
        ({}, "f25", None),
        ({}, "unknown", None),
        ({}, "child", None),
        ({"gender": "female"}, "f25", None),
        ({"gender": "female"}, "m25", "is for female"),
        ({"gender": "male"}, "m25", None),
        ({"gender": "male"}, "f25", "is for male"),
        ({"gender": "female"}, "unknown", "asks for gender or age, which are unknown"),
        ({"gender": "female"}, "child", "asks for gender or age, which a child is never chosen by"),
        ({"age": [20, 39]}, "f20", None),
        ({"age": [20, 39]}, "f39", None),
        ({"age": [20, 39]}, "f19", "is for ages 20 to 39"),
        ({"age": [20, 39]}, "m40", "is for ages 20 to 39"),
        ({"age": [0, 120]}, "unknown", "asks for gender or age, which are unknown"),
        ({"age": [0, 120]}, "child", "asks for gender or age, which a child is never chosen by"),
        ({"devices": ["deeplens1", "x"]}, "unknown", None),
        ({"devices": ["deeplens2", "x"]}, "f25", "is for deeplens2, x"),
    ],
)
def test_target(segment, target, who, expected):
    assert obstacle(target, segment(who)) == expected


@pytest.mark.parametrize(
    ("limits", "watchers", "expected"),
    [
        ({"min": 2}, 1, "wants at least 2 watchers"),
        ({"min": 2}, 2, None),
        ({"max": 2}, 2, None),
        ({"max": 2}, 3, "wants at most 2 watchers"),
        ({"min": 2, "max": 2}, 2, None),
    ],
)
def test_watchers(segment, limits, watchers, expected):
    assert obstacle({"watchers": limits}, segment("child"), watchers) == expected


def test_dates_rule_out(segment):
    assert "runs from 2026-12-01" in obstacle({}, segment("f25"), dates={"from": "2026-12-01"})


@pytest.mark.parametrize(("plays", "expected"), [(1, None), (2, "had its 2 plays of this hour")])
def test_a_cap_rules_out_when_it_is_reached(segment, plays, expected):
    history = History(tuple(Play(NOW_NS - index, "x", "a", "e") for index in range(plays)))
    assert obstacle({}, segment("f25"), history=history, cap={"plays_per_hour": 2}) == expected
