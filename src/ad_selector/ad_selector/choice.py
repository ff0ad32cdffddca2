"""Choose the advertisement for an audience: a pure function of audience, catalogue, history and time."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from ad_selector.audience import Audience
from ad_selector.draw import draw
from ad_selector.history import History
from ad_selector.matching import why_not
from signage_catalogue import Catalogue

NS_PER_S = 1_000_000_000


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
        name: why_not(name, campaign, audience, history, now_ns, local)
        for name, campaign in catalogue.campaigns.items()
    }
    matching = [name for name in sorted(obstacles) if obstacles[name] is None]
    ruled_out = [f"{name} {obstacle}" for name, obstacle in sorted(obstacles.items()) if obstacle]
    if not matching:
        words = ruled_out or ["there is none"]
        return Choice("", "", f"{audience.describe()}: no campaign matches, house playlist; {'; '.join(words)}")
    rank = max(catalogue.campaigns[name].priority for name in matching)
    equals = [name for name in matching if catalogue.campaigns[name].priority == rank]
    lower = [f"{name} has priority {catalogue.campaigns[name].priority}" for name in matching if name not in equals]
    campaign, creative = _draw(equals, audience, catalogue, history)
    reason = "; ".join([_praise(campaign, equals, catalogue), *lower, *ruled_out])
    return Choice(campaign, creative, f"{audience.describe()}: {reason}")


def _draw(equals: Sequence[str], audience: Audience, catalogue: Catalogue, history: History) -> tuple[str, str]:
    """Draw a campaign by weight, then one of its creatives; not the creative that has just been shown."""
    plays = history.of_episode(audience.episode)
    creatives = {name: set(catalogue.campaigns[name].creatives) for name in equals}
    shown = plays[-1].creative if plays else None
    fresh = {name: names - {shown} for name, names in creatives.items() if names - {shown}} or creatives
    occasion = f"{audience.episode}\n{len(plays)}"
    campaign = draw({name: catalogue.campaigns[name].weight for name in fresh}, f"campaign\n{occasion}")
    return campaign, draw(dict.fromkeys(fresh[campaign], 1.0), f"creative\n{occasion}")


def _praise(campaign: str, equals: Sequence[str], catalogue: Catalogue) -> str:
    rank = catalogue.campaigns[campaign].priority
    if len(equals) == 1:
        return f"{campaign} matches with the highest priority, {rank}"
    total = sum(catalogue.campaigns[name].weight for name in equals)
    others = ", ".join(name for name in equals if name != campaign)
    weight = catalogue.campaigns[campaign].weight
    return f"{campaign} drawn with weight {weight:g} of {total:g} among equals of priority {rank} with {others}"
