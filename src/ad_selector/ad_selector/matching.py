"""Whether a campaign suits an audience at a moment, and if not, why."""

from __future__ import annotations

import datetime

from signage_catalogue.schedule import why_closed
from signage_common.demographics import Gender

from ad_selector.audience import Audience
from ad_selector.history import History
from ad_selector.segment import Segment
from signage_catalogue import Campaign, Target


def why_not(
    name: str, campaign: Campaign, audience: Audience, history: History, now_ns: int, local: datetime.datetime
) -> str | None:
    """Return in words what rules a campaign out; None if nothing does.

    Args:
        name: the campaign's name.
        campaign: what it asks for.
        audience: who is there.
        history: what was chosen lately.
        now_ns: nanoseconds since the Unix epoch.
        local: the same moment in the catalogue's time zone.
    """
    return (
        _wrong_place(campaign.target, audience)
        or _wrong_person(campaign.target, audience.segment)
        or why_closed(campaign, local)
        or _capped(name, campaign, history, now_ns)
    )


def _wrong_place(target: Target, audience: Audience) -> str | None:
    least, most = target.watchers.min, target.watchers.max
    if target.devices and audience.device not in target.devices:
        return f"is for {', '.join(target.devices)}"
    if audience.watchers < least:
        return f"wants at least {least} watchers"
    if most is not None and audience.watchers > most:
        return f"wants at most {most} watchers"
    return None


def _wrong_person(target: Target, segment: Segment) -> str | None:
    if not target.is_personal:
        return None
    if segment.is_child:
        return "asks for gender or age, which a child is never chosen by"
    if segment.age_years is None:
        return "asks for gender or age, which are unknown"
    if target.gender != "any" and Gender[target.gender.upper()] is not segment.gender:
        return f"is for {target.gender}"
    if target.age and not target.age[0] <= segment.age_years <= target.age[1]:
        return f"is for ages {target.age[0]} to {target.age[1]}"
    return None


def _capped(name: str, campaign: Campaign, history: History, now_ns: int) -> str | None:
    if campaign.cap is None:
        return None
    limit = campaign.cap.plays_per_hour
    return f"had its {limit} plays of this hour" if history.plays_in_hour(name, now_ns) >= limit else None
