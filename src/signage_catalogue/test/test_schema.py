import datetime
import zoneinfo

import pytest
from pydantic import TypeAdapter, ValidationError
from signage_catalogue.schema import (
    AgeRange,
    Campaign,
    CatalogueFile,
    Date,
    Day,
    Daypart,
    Minutes,
    Name,
    Zone,
    fields_at,
)

FULL = {
    "creatives": ["trainers"],
    "target": {"gender": "any", "age": [20, 39], "devices": ["deeplens1"], "watchers": {"min": 1}},
    "dayparts": [{"days": ["mon", "fri"], "from": "07:00", "to": "22:00"}],
    "dates": {"from": "2026-11-01", "to": "2026-12-24"},
    "priority": 10,
    "weight": 3,
    "cap": {"plays_per_hour": 20},
}


def test_every_field_of_a_campaign():
    campaign = Campaign.model_validate(FULL)
    assert campaign.creatives == ("trainers",) and campaign.target.age == (20, 39)
    assert campaign.target.devices == ("deeplens1",) and campaign.target.watchers.max is None
    assert (campaign.dayparts[0].start, campaign.dayparts[0].end) == (420, 1320)
    assert campaign.dates.end == datetime.date(2026, 12, 24)
    assert (campaign.priority, campaign.weight, campaign.cap.plays_per_hour) == (10, 3.0, 20)


def test_defaults_rule_nobody_out():
    campaign = Campaign.model_validate({"creatives": ["a"]})
    assert not campaign.target.is_personal and not campaign.target.devices and not campaign.dayparts
    assert (campaign.priority, campaign.weight, campaign.cap, campaign.dates.start) == (0, 1.0, None, None)
    assert (Daypart().start, Daypart().end, len(Daypart().days)) == (0, 1440, 7)


@pytest.mark.parametrize(
    ("target", "is_personal"),
    [
        ({}, False),
        ({"gender": "any"}, False),
        ({"gender": "female"}, True),
        ({"age": [0, 120]}, True),
        ({"devices": ["a"]}, False),
    ],
)
def test_personal_is_who_asks_for_gender_or_age(target, is_personal):
    assert Campaign.model_validate({"creatives": ["a"], "target": target}).target.is_personal is is_personal


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"creatives": []}, ("creatives",)),
        ({"creatives": "trainers"}, ("creatives",)),
        ({"target": {"gender": "women"}}, ("target", "gender")),
        ({"target": {"watchers": {"min": -1}}}, ("target", "watchers", "min")),
        ({"target": {"watchers": {"min": 1, "max": 0}}}, ("target", "watchers", "max")),
        ({"target": {"watchers": {"min": 3, "max": 2}}}, ("target", "watchers", "max")),
        ({"target": {"sex": "any"}}, ("target", "sex")),
        ({"dayparts": {"from": "07:00"}}, ("dayparts",)),
        ({"dayparts": [{"days": []}]}, ("dayparts", 0, "days")),
        ({"dayparts": [{"from": "08:00", "to": "08:00"}]}, ("dayparts", 0)),
        ({"dayparts": [{"from": "24:00", "to": "08:00"}]}, ("dayparts", 0)),
        ({"dayparts": [{"from": "08:00", "to": "00:00"}]}, ("dayparts", 0)),
        ({"dates": {"from": "2026-11-02", "to": "2026-11-01"}}, ("dates", "to")),
        ({"priority": 1.5}, ("priority",)),
        ({"priority": True}, ("priority",)),
        ({"weight": 0}, ("weight",)),
        ({"weight": "3"}, ("weight",)),
        ({"weight": float("inf")}, ("weight",)),
        ({"cap": {"plays_per_hour": 0}}, ("cap", "plays_per_hour")),
        ({"cap": {}}, ("cap", "plays_per_hour")),
    ],
)
def test_what_is_refused_in_a_campaign(change, place):
    with pytest.raises(ValidationError) as caught:
        Campaign.model_validate({**FULL, **change})
    assert [error["loc"] for error in caught.value.errors()] == [place]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"version": 2}, ("version",)),
        ({"version": "1"}, ("version",)),
        *[({"version": value}, ("version",)) for value in (True, 1.0, "true", None, [1], 0, -1)],
        ({"fallback": []}, ("fallback",)),
        ({"creatives": {}}, ("creatives",)),
        ({"creatives": {"a": {"file": ""}}}, ("creatives", "a", "file")),
        *[
            ({"creatives": {"a": {"file": "a.webm", "duration_s": value}}}, ("creatives", "a", "duration_s"))
            for value in (0, 1e-6, 0.499, -1, 86_401, float("inf"), float("nan"), True, "8", [8])
        ],
        ({"creatives": {f"c{index}": {"file": "a.webm"} for index in range(2001)}}, ("creatives",)),
        ({"fallback": ["a"] * 201}, ("fallback",)),
        ({"creatives": {"a": {"file": "a.webm", "ad_id": 8465}}}, ("creatives", "a", "ad_id")),
        ({"colour": "red"}, ("colour",)),
    ],
)
def test_what_is_refused_in_a_whole_file(change, place):
    whole = {"version": 1, "fallback": ["a"], "creatives": {"a": {"file": "a.webm", "duration_s": 2}}}
    taken = CatalogueFile.model_validate(whole)
    assert taken.campaigns == {} and taken.timezone == zoneinfo.ZoneInfo("UTC")
    with pytest.raises(ValidationError) as caught:
        CatalogueFile.model_validate({**whole, **change})
    assert [error["loc"] for error in caught.value.errors()] == [place]


@pytest.mark.parametrize(
    ("place", "names"),
    [
        ((), ["version", "timezone", "fallback", "creatives", "campaigns"]),
        (("creatives", "campaigns"), ["file", "duration_s", "ad_id"]),
        (("campaigns", "target", "target"), ["gender", "age", "devices", "watchers"]),
        (("campaigns", "x", "dayparts", 3), ["days", "from", "to"]),
        (("campaigns", "x", "cap"), ["plays_per_hour"]),
    ],
)
def test_the_fields_that_a_place_may_have(place, names):
    assert fields_at(place) == names


@pytest.mark.parametrize(
    ("kind", "value", "result"),
    [
        (Name, "봄 세일", "봄 세일"),
        (Name, "\u1102\u1161", "\ub098"),
        (Name, "x" * 100, "x" * 100),
        (Minutes, "00:00", 0),
        (Minutes, "07:30", 450),
        (Minutes, "24:00", 1440),
        (Date, "2026-02-28", datetime.date(2026, 2, 28)),
        (Day, "sun", "sun"),
        (AgeRange, [20, 20], (20, 20)),
        (AgeRange, [0, 120], (0, 120)),
    ],
)
def test_values_of_each_kind(kind, value, result):
    assert TypeAdapter(kind).validate_python(value) == result


def test_a_time_zone():
    assert TypeAdapter(Zone).validate_python("Asia/Seoul").key == "Asia/Seoul"


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (Name, "", "expected a name"),
        (Name, " a", "expected a name"),
        (Name, "a/b", "without slashes"),
        (Name, "a\\b", "without slashes"),
        (Name, "a\nb", "printable"),
        (Name, "x" * 101, "1 to 100"),
        (Name, 5, "put in quotes"),
        (Minutes, "7:30", "time of day"),
        (Minutes, "24:01", "time of day"),
        (Minutes, "12:60", "time of day"),
        (Minutes, 730, "time of day"),
        (Date, "2026-02-29", "a date such as"),
        (Date, 20261101, "a date such as"),
        (Day, "monday", "expected one of mon"),
        (AgeRange, [39, 20], "youngest age first"),
        (AgeRange, [20], "youngest, oldest"),
        (AgeRange, [20.5, 30], "whole years"),
        (AgeRange, [True, 30], "whole years"),
        (AgeRange, [20, 121], "from 0 to 120"),
        (AgeRange, "20-39", "youngest, oldest"),
        (Zone, "Seoul", "a time zone such as"),
        (Zone, "../etc/passwd", "a time zone such as"),
        (Zone, "", "a time zone such as"),
        (Zone, 9, "a time zone such as"),
    ],
)
def test_values_that_no_kind_takes(kind, value, expected):
    with pytest.raises(ValidationError, match=expected):
        TypeAdapter(kind).validate_python(value)
