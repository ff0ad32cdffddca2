"""Choose the advertisement for an audience: a pure function of audience, catalogue, history and time."""

from __future__ import annotations

import bisect
import datetime
import functools
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from signage_catalogue import Campaign, Catalogue, Target
from signage_catalogue.schedule import why_not_running
from signage_common.demographics import Gender
from signage_common.stamps import NS_PER_S

from ad_selector.segment import Audience, Segment, watchers_text

HOUR_NS = 3600 * NS_PER_S
MAX_REASON = 1000
"""So many characters a reason has at most, however many campaigns there are."""
_MAX_LIST = 200
_DRAW_BITS = 53
"""So many bits of a hash make the fraction of a draw: as many as a float holds exactly."""


@dataclass(frozen=True)
class Play:
    """One choice that was put on the screen; ``number`` counts those of its episode, from 1."""

    stamp_ns: int
    campaign: str
    creative: str
    episode: str
    number: int = 1


@dataclass(frozen=True)
class History:
    """The plays of the last hour, in the order in which they were chosen."""

    plays: tuple[Play, ...] = ()

    def with_play(self, play: Play) -> History:
        """Return the history with one more play, numbered, without those that are over an hour old."""
        kept = (old for old in self.plays if old.stamp_ns > play.stamp_ns - HOUR_NS)
        return History((*kept, replace(play, number=self.count_of(play.episode) + 1)))

    def until(self, stamp_ns: int) -> History:
        """Return the history as it was at an earlier time; for stamps that jump backwards."""
        return History(tuple(play for play in self.plays if play.stamp_ns <= stamp_ns))

    def plays_in_hour(self, campaign: str, now_ns: int) -> int:
        """Count the plays of a campaign in the hour that ends now."""
        stamps = self._stamps.get(campaign, ())
        return bisect.bisect_right(stamps, now_ns) - bisect.bisect_right(stamps, now_ns - HOUR_NS)

    def last_of(self, episode: str) -> Play | None:
        """Return the newest play of an episode; None if it has none."""
        return next((play for play in reversed(self.plays) if episode and play.episode == episode), None)

    def count_of(self, episode: str) -> int:
        """Return how many plays an episode has had, however long ago."""
        last = self.last_of(episode)
        return last.number if last else 0

    @functools.cached_property
    def _stamps(self) -> Mapping[str, Sequence[int]]:
        """The stamps of each campaign's plays, in order."""
        stamps: dict[str, list[int]] = {}
        for play in self.plays:
            bisect.insort(stamps.setdefault(play.campaign, []), play.stamp_ns)
        return stamps


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
    who = f"{audience.describe()}: "
    if not matching:
        why = [f"{who}no campaign matches, house playlist", *(ruled_out or ["there is none"])]
        return Choice("", "", enumerate_shortly(why, "; ", MAX_REASON, "campaigns"))
    rank = max(catalogue.campaigns[name].priority for name in matching)
    equals = [name for name in matching if catalogue.campaigns[name].priority == rank]
    priorities = {name: catalogue.campaigns[name].priority for name in matching}
    lower = [f"{name} has priority {priority}" for name, priority in priorities.items() if priority != rank]
    campaign, creative = _draw_creative(equals, audience, catalogue, history)
    why = [who + _explain_winner(campaign, equals, catalogue), *lower, *ruled_out]
    return Choice(campaign, creative, enumerate_shortly(why, "; ", MAX_REASON, "campaigns"))


def enumerate_shortly(texts: Sequence[str], separator: str, most: int, what: str) -> str:
    """Join texts, at least the first one; if that would be longer than ``most``, only say how many more there are.

    Args:
        texts: at least one.
        separator: between them.
        most: characters that the whole may have, apart from a long first text.
        what: what the texts stand for, in the plural.
    """
    whole = separator.join(texts)
    if len(whole) <= most:
        return whole
    rest = f"{separator}{len(texts)} more {what}"
    kept, length = 1, len(texts[0]) + len(rest)
    for text in texts[1:]:
        length += len(separator) + len(text)
        if length > most:
            break
        kept += 1
    return separator.join([*texts[:kept], f"{len(texts) - kept} more {what}"])


def _draw_creative(
    equals: Sequence[str], audience: Audience, catalogue: Catalogue, history: History
) -> tuple[str, str]:
    """Draw a campaign by weight, then one of its creatives; not the creative that has just been shown."""
    last = history.last_of(audience.episode)
    creatives = {name: set(catalogue.campaigns[name].creatives) for name in equals}
    shown = last.creative if last else None
    fresh = {name: names - {shown} for name, names in creatives.items() if names - {shown}} or creatives
    occasion = f"{audience.episode}\n{history.count_of(audience.episode)}"
    campaign = weighted_draw({name: catalogue.campaigns[name].weight for name in fresh}, f"campaign\n{occasion}")
    return campaign, weighted_draw(dict.fromkeys(fresh[campaign], 1.0), f"creative\n{occasion}")


def _explain_winner(campaign: str, equals: Sequence[str], catalogue: Catalogue) -> str:
    rank = catalogue.campaigns[campaign].priority
    if len(equals) == 1:
        return f"{campaign} matches with the highest priority, {rank}"
    total = sum(catalogue.campaigns[name].weight for name in equals)
    others = enumerate_shortly([name for name in equals if name != campaign], ", ", _MAX_LIST, "campaigns")
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
        return f"is for {enumerate_shortly(target.devices, ', ', _MAX_LIST, 'devices')}"
    if audience.watchers < least:
        return f"wants at least {watchers_text(least)}"
    if most is not None and audience.watchers > most:
        return f"wants at most {watchers_text(most)}"
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
