"""Whether a campaign runs at a moment: its dates and dayparts in local wall time."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from signage_catalogue.schema import DAYS, Campaign, DateRange, Daypart

_DAY_MINUTES = 24 * 60


def why_not_running(campaign: Campaign, local: datetime.datetime) -> str | None:
    """Return in words why a campaign does not run at a local time; None if it runs.

    A daypart past midnight belongs to the day on which it begins, and so do the hours after midnight: its weekday and
    its date count.
    """
    days = list(_days_of(campaign.dayparts, local)) if campaign.dayparts else [local.date()]
    if any(_within_dates(campaign.dates, day) for day in days):
        return None
    if days or not _within_dates(campaign.dates, local.date()):
        return f"runs {_describe_dates(campaign.dates)}, {_describe_day(days, local)}"
    return f"has no daypart on {DAYS[local.weekday()]} at {local:%H:%M}"


def _days_of(dayparts: tuple[Daypart, ...], local: datetime.datetime) -> Iterator[datetime.date]:
    """Return the days to which a local time belongs in any of the dayparts: that day, the one before, or none."""
    for days_ago in (0, 1):
        day = local.date() - datetime.timedelta(days_ago)
        minute = local.hour * 60 + local.minute + days_ago * _DAY_MINUTES
        for daypart in dayparts:
            end = daypart.end if daypart.start < daypart.end else daypart.end + _DAY_MINUTES
            if DAYS[day.weekday()] in daypart.days and daypart.start <= minute < end:
                yield day


def _within_dates(dates: DateRange, day: datetime.date) -> bool:
    return (dates.start is None or dates.start <= day) and (dates.end is None or day <= dates.end)


def _describe_dates(dates: DateRange) -> str:
    words = [f"from {dates.start}"] if dates.start else []
    return " ".join(words + ([f"to {dates.end}"] if dates.end else []))


def _describe_day(days: list[datetime.date], local: datetime.datetime) -> str:
    if days and days[0] != local.date():
        return f"this night is that of {days[0]}"
    return f"today is {local.date()}"
