"""Choose the advertisement for an audience: a pure function of audience, catalogue, history and time."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from signage_catalogue import Campaign, Catalogue, Target
from signage_catalogue.schedule import why_not_running
from signage_common.demographics import Gender
from signage_common.stamps import NS_PER_S

from ad_selector.segment import Audience, Segment

HOUR_NS = 3600 * NS_PER_S
_DRAW_BITS = 53
"""So many bits of a hash make the fraction of a draw: as many as a float holds exactly."""


@dataclass(frozen=True)
class Play:
    """One choice that was put on the screen."""

    stamp_ns: int
    campaign: str
    creative: str
    episode: str


@dataclass(frozen=True)
class History:
    """The plays of the last hour, in the order in which they were chosen."""

    plays: tuple[Play, ...] = ()

    def with_play(self, play: Play) -> History:
        """Return the history with one more play, without those that are over an hour old."""
        kept = tuple(old for old in self.plays if old.stamp_ns > play.stamp_ns - HOUR_NS or old.episode == play.episode)
        return History((*kept, play))

    def until(self, stamp_ns: int) -> History:
        """Return the history as it was at an earlier time; for stamps that jump backwards."""
        return History(tuple(play for play in self.plays if play.stamp_ns <= stamp_ns))

    def plays_in_hour(self, campaign: str, now_ns: int) -> int:
        """Count the plays of a campaign in the hour that ends now."""
        return sum(play.campaign == campaign and now_ns - HOUR_NS < play.stamp_ns <= now_ns for play in self.plays)

    def of_episode(self, episode: str) -> tuple[Play, ...]:
        """Return the plays of one episode."""
        return tuple(play for play in self.plays if play.episode == episode) if episode else ()


@dataclass(frozen=True)
class Choice:
    """What to show, and why.

    Attributes:
        campaign: empty if none matches; then the house playlist is to be shown.
        creative: empty if none matches.
        reason: what was considered, and what ruled each out.
    """

    campaign: str
    creative: str
    reason: str


def choose_ad(audience: Audience, catalogue: Catalogue, history: History, now_ns: int) -> Choice:
    """Choose campaign and creative.

    The highest priority that matches wins; among equals the weights decide, by hashing the episode. Who has watched a
    creative of this episode already gets another one, if there is one of the same rank.

    Args:
        audience: who is there.
        catalogue: what may be shown.
        history: what was chosen lately.
        now_ns: nanoseconds since the Unix epoch, UTC.
    """
    local = datetime.datetime.fromtimestamp(now_ns // NS_PER_S, catalogue.timezone)
    obstacles = {
        name: why_ruled_out(name, campaign, audience, history, now_ns, local)
        for name, campaign in catalogue.campaigns.items()
    }
    matching = [name for name in sorted(obstacles) if obstacles[name] is None]
    ruled_out = [f"{name} {obstacle}" for name, obstacle in sorted(obstacles.items()) if obstacle]
    if not matching:
        why = ruled_out or ["there is none"]
        return Choice("", "", f"{audience.describe()}: no campaign matches, house playlist; {'; '.join(why)}")
    rank = max(catalogue.campaigns[name].priority for name in matching)
    equals = [name for name in matching if catalogue.campaigns[name].priority == rank]
    lower = [f"{name} has priority {catalogue.campaigns[name].priority}" for name in matching if name not in equals]
    campaign, creative = _draw_creative(equals, audience, catalogue, history)
    reason = "; ".join([_explain_winner(campaign, equals, catalogue), *lower, *ruled_out])
    return Choice(campaign, creative, f"{audience.describe()}: {reason}")


def _draw_creative(
    equals: Sequence[str], audience: Audience, catalogue: Catalogue, history: History
) -> tuple[str, str]:
    """Draw a campaign by weight, then one of its creatives; not the creative that has just been shown."""
    plays = history.of_episode(audience.episode)
    creatives = {name: set(catalogue.campaigns[name].creatives) for name in equals}
    shown = plays[-1].creative if plays else None
    fresh = {name: names - {shown} for name, names in creatives.items() if names - {shown}} or creatives
    occasion = f"{audience.episode}\n{len(plays)}"
    campaign = weighted_draw({name: catalogue.campaigns[name].weight for name in fresh}, f"campaign\n{occasion}")
    return campaign, weighted_draw(dict.fromkeys(fresh[campaign], 1.0), f"creative\n{occasion}")


def _explain_winner(campaign: str, equals: Sequence[str], catalogue: Catalogue) -> str:
    rank = catalogue.campaigns[campaign].priority
    if len(equals) == 1:
        return f"{campaign} matches with the highest priority, {rank}"
    total = sum(catalogue.campaigns[name].weight for name in equals)
    others = ", ".join(name for name in equals if name != campaign)
    weight = catalogue.campaigns[campaign].weight
    return f"{campaign} drawn with weight {weight:g} of {total:g} among equals of priority {rank} with {others}"


def why_ruled_out(
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
        or why_not_running(campaign, local)
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


def weighted_draw(weights: Mapping[str, float], occasion: str) -> str:
    """Return one of several names; over many occasions each comes in proportion to its weight.

    The occasion decides, by its hash: the same occasion draws the same.

    Args:
        weights: at least one name with a weight above 0; their order does not matter.
        occasion: any text, such as the id of an episode.
    """
    names = sorted(weights)
    point = _fraction(occasion) * sum(weights[name] for name in names)
    for name in names:
        point -= weights[name]
        if point < 0:
            return name
    return names[-1]


def _fraction(occasion: str) -> float:
    """Return a number in [0, 1) that the text decides."""
    digest = hashlib.sha256(occasion.encode()).digest()
    return (int.from_bytes(digest[:8], "big") >> (64 - _DRAW_BITS)) / (1 << _DRAW_BITS)
