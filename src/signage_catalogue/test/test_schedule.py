import datetime

import pytest
from signage_catalogue import Campaign
from signage_catalogue.schedule import why_not_running

NIGHT = {"from": "22:00", "to": "02:00"}


def closed(moment, **fields):
    campaign = Campaign.model_validate({"creatives": ["a"], **fields})
    return why_not_running(campaign, datetime.datetime.fromisoformat(moment))


@pytest.mark.parametrize(
    ("moment", "dayparts", "is_open"),
    [
        ("2026-11-22 12:00", [], True),
        ("2026-11-22 06:59:59", [{"from": "07:00", "to": "22:00"}], False),
        ("2026-11-22 07:00", [{"from": "07:00", "to": "22:00"}], True),
        ("2026-11-22 21:59:59", [{"from": "07:00", "to": "22:00"}], True),
        ("2026-11-22 22:00", [{"from": "07:00", "to": "22:00"}], False),
        ("2026-11-22 23:59:59", [{"from": "07:00", "to": "24:00"}], True),
        ("2026-11-22 00:00", [{}], True),
        ("2026-11-22 12:00", [{"days": ["mon", "sat"]}], False),
        ("2026-11-22 12:00", [{"days": ["sun"]}], True),
        ("2026-11-22 12:00", [{"days": ["mon"]}, {"days": ["sun"], "from": "12:00"}], True),
        ("2026-11-20 22:00", [{"days": ["fri"], **NIGHT}], True),
        ("2026-11-20 21:59", [{"days": ["fri"], **NIGHT}], False),
        ("2026-11-20 01:00", [{"days": ["fri"], **NIGHT}], False),
        ("2026-11-21 01:59:59", [{"days": ["fri"], **NIGHT}], True),
        ("2026-11-21 02:00", [{"days": ["fri"], **NIGHT}], False),
        ("2026-11-23 01:00", [{"days": ["sun"], **NIGHT}], True),
        ("2026-11-21 23:00", [{"days": ["fri"], **NIGHT}], False),
    ],
)
def test_dayparts_are_half_open_and_may_pass_midnight(moment, dayparts, is_open):
    assert (closed(moment, dayparts=dayparts) is None) is is_open


@pytest.mark.parametrize(
    ("moment", "dates", "is_open"),
    [
        ("2026-10-31 23:59:59", {"from": "2026-11-01", "to": "2026-12-24"}, False),
        ("2026-11-01 00:00", {"from": "2026-11-01", "to": "2026-12-24"}, True),
        ("2026-12-24 23:59:59", {"from": "2026-11-01", "to": "2026-12-24"}, True),
        ("2026-12-25 00:00", {"from": "2026-11-01", "to": "2026-12-24"}, False),
        ("2030-01-01 00:00", {"from": "2026-11-01"}, True),
        ("2026-01-01 00:00", {"to": "2026-12-24"}, True),
    ],
)
def test_both_dates_are_included(moment, dates, is_open):
    assert (closed(moment, dates=dates) is None) is is_open


@pytest.mark.fault
@pytest.mark.parametrize(
    ("moment", "dates", "days", "is_open"),
    [
        # 2026-11-27 is a Friday.
        ("2026-11-27 22:00", {"to": "2026-11-27"}, ["fri"], True),
        ("2026-11-28 01:00", {"to": "2026-11-27"}, ["fri"], True),
        ("2026-11-28 02:00", {"to": "2026-11-27"}, ["fri"], False),
        ("2026-11-28 22:00", {"to": "2026-11-27"}, ["fri", "sat"], False),
        ("2026-11-29 01:00", {"to": "2026-11-27"}, ["fri", "sat"], False),
        ("2026-11-27 00:30", {"from": "2026-11-27"}, ["thu", "fri"], False),
        ("2026-11-27 22:00", {"from": "2026-11-27"}, ["thu", "fri"], True),
        ("2026-11-28 00:30", {"from": "2026-11-27"}, ["thu", "fri"], True),
        ("2026-11-28 00:30", {"from": "2026-11-27", "to": "2026-11-27"}, ["fri"], True),
        ("2026-11-28 00:30", {"from": "2026-11-28", "to": "2026-11-28"}, ["fri"], False),
        ("2027-01-01 01:59", {"to": "2026-12-31"}, ["thu"], True),
        ("2026-03-01 01:00", {"from": "2026-02-28", "to": "2026-02-28"}, ["sat"], True),
    ],
)
def test_the_hours_after_midnight_have_the_date_of_the_day_on_which_their_daypart_began(moment, dates, days, is_open):
    assert (closed(moment, dates=dates, dayparts=[{"days": days, **NIGHT}]) is None) is is_open


@pytest.mark.fault
def test_a_night_and_a_day_of_one_campaign_have_dates_of_their_own():
    dayparts = [{"from": "22:00", "to": "02:00"}, {"from": "01:00", "to": "09:00"}]
    assert closed("2026-11-27 01:30", dates={"from": "2026-11-27"}, dayparts=dayparts) is None
    assert closed("2026-11-27 00:30", dates={"from": "2026-11-27"}, dayparts=dayparts) is not None


def test_the_reason_says_when_it_runs():
    night = {"dates": {"from": "2026-11-27"}, "dayparts": [NIGHT]}
    assert closed("2026-11-27 00:30", **night) == "runs from 2026-11-27, this night is that of 2026-11-26"
    assert closed("2026-11-27 12:30", **night) == "has no daypart on fri at 12:30"
    assert closed("2026-11-25 12:30", **night) == "runs from 2026-11-27, today is 2026-11-25"
    assert closed("2026-11-22 12:30", dates={"to": "2026-11-21"}) == "runs to 2026-11-21, today is 2026-11-22"
    assert closed("2026-11-22 12:30", dayparts=[{"days": ["mon"]}]) == "has no daypart on sun at 12:30"
