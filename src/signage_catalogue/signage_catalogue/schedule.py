"""Whether a campaign runs at a moment: its dates and dayparts in local wall time."""

from __future__ import annotations

import datetime

from signage_catalogue.schema import DAYS, Campaign, DateRange, Daypart


def why_not_running(campaign: Campaign, local: datetime.datetime) -> str | None:
    """Return in words why a campaign does not run at a local time; None if it runs."""
    if not _within_dates(campaign.dates, local.date()):
        return f"runs {_describe_dates(campaign.dates)}, today is {local:%Y-%m-%d}"
    if campaign.dayparts and not any(_within(daypart, local) for daypart in campaign.dayparts):
        return f"has no daypart on {DAYS[local.weekday()]} at {local:%H:%M}"
    return None


def _within_dates(dates: DateRange, today: datetime.date) -> bool:
    return (dates.start is None or dates.start <= today) and (dates.end is None or today <= dates.end)


def _describe_dates(dates: DateRange) -> str:
    words = [f"from {dates.start}"] if dates.start else []
    return " ".join(words + ([f"to {dates.end}"] if dates.end else []))


def _within(daypart: Daypart, local: datetime.datetime) -> bool:
    """Tell whether a daypart holds a local time; one past midnight belongs to the day on which it begins."""
    minute = local.hour * 60 + local.minute
    today, yesterday = DAYS[local.weekday()], DAYS[local.weekday() - 1]
    if daypart.start < daypart.end:
        return today in daypart.days and daypart.start <= minute < daypart.end
    return (today in daypart.days and minute >= daypart.start) or (yesterday in daypart.days and minute < daypart.end)
