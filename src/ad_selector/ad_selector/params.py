"""Parameters of the node, each defined once."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from signage_common.params import parameter

from ad_selector.watchers import Policy


class OnStay(str, enum.Enum):
    """What happens when the creative has been shown and somebody still watches."""

    ONCE = "once"
    NEXT = "next"


@dataclass(frozen=True)
class AdSelectorParams:
    """Parameters of ad_selector."""

    catalog: str = parameter("", "Catalogue file in YAML; empty for media/ads.yaml below $SIGNAGE_HOME.")
    media_root: str = parameter("", "Folder beside the catalogue's own in which creatives may lie; empty for none.")
    appear_s: float = parameter(
        0.3, "How long a face must be seen before an episode starts, s.", 0.0, 60.0, is_live=True
    )
    vanish_s: float = parameter(
        1.0, "How long no face must be seen before an episode ends, s.", 0.1, 60.0, is_live=True
    )
    attention_threshold: float = parameter(
        0.5,
        "How surely a head must be turned to the screen to look at it; who has looked once is a watcher.",
        0.0,
        1.0,
        is_live=True,
    )
    still_after_s: float = parameter(
        30.0,
        "How long the image of a face must not change to be taken for a poster, which nobody is, s; 0 for never.",
        0.0,
        86_400.0,
        is_live=True,
    )
    settle_s: float = parameter(
        1.5, "How long after its start an episode waits for an estimation, s.", 0.0, 60.0, is_live=True
    )
    longest_showing_s: float = parameter(
        60.0,
        "How long the same is shown while somebody still watches, until it has been shown whole, s; then the house "
        "playlist follows once, and the next choice. 0 for no limit.",
        0.0,
        86_400.0,
        is_live=True,
    )
    on_stay: str = parameter(
        OnStay.ONCE.value,
        "What follows a creative while somebody still watches: the same (once) or the next choice (next).",
        choices=[choice.value for choice in OnStay],
        is_live=True,
    )
    policy: str = parameter(
        Policy.LARGEST.value,
        "Which of several faces counts: the largest, the majority's estimation, or the longest dwell.",
        choices=[policy.value for policy in Policy],
        is_live=True,
    )
    child_below_years: float = parameter(
        16.0, "Age under which nobody is targeted by age or gender, years.", 0.0, 120.0, is_live=True
    )
    journal: bool = parameter(False, "Whether the journal gets each episode and decision; they wait until it has them.")
