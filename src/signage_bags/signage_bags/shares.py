"""What share of the decisions each creative has, and what would become another one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from signage_bags.comparison import Difference
from signage_bags.decisions import Decision

NOTHING = "nothing"
HOUSE = "house playlist"


@dataclass(frozen=True)
class Share:
    """Decisions for one creative of one campaign, before and after.

    Attributes:
        campaign: empty for the house playlist.
        creative: its name.
        before: how many decisions it had; None if nothing is compared.
        after: how many it has now.
    """

    campaign: str
    creative: str
    before: int | None
    after: int


def shares(before: Sequence[Decision] | None, after: Sequence[Decision]) -> list[Share]:
    """Count the decisions for each creative; those that have most now come first."""
    old = Counter((each.campaign, each.creative) for each in before or ())
    new = Counter((each.campaign, each.creative) for each in after)
    counted = [Share(*key, None if before is None else old[key], new[key]) for key in {**new, **old}]
    return sorted(counted, key=lambda share: (-share.after, -(share.before or 0), share.campaign, share.creative))


def moves(differences: Sequence[Difference]) -> list[tuple[str, str, int]]:
    """Count what decisions became: ``(spring-run, trainers; summer, sandals; 12)``, the most frequent first."""
    pairs = Counter(
        (_name(each.before), _name(each.after)) for each in differences if each.what == "decision" and _is_other(each)
    )
    return sorted(((*pair, count) for pair, count in pairs.items()), key=lambda each: (-each[2], each))


def _is_other(difference: Difference) -> bool:
    if difference.before is None or difference.after is None:
        return True
    return "creative" in difference.before or "campaign" in difference.before


def _name(values: dict[str, object] | None) -> str:
    if values is None:
        return NOTHING
    told = [str(values[name]) for name in ("campaign", "creative") if values.get(name)]
    return ", ".join(told) if values.get("campaign", True) else f"{HOUSE}, {', '.join(told)}"
