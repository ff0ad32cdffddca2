"""How one selector behaves, whatever it is driven by."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from ad_selector.leader import Policy


class OnStay(str, enum.Enum):
    """What happens when the creative has been shown and somebody still watches."""

    ONCE = "once"
    NEXT = "next"


@dataclass(frozen=True)
class Settings:
    """Times and rules of one device; the node's parameters of the same names describe them."""

    device: str
    appear_s: float = 0.3
    vanish_s: float = 1.0
    settle_s: float = 1.5
    on_stay: OnStay = OnStay.ONCE
    policy: Policy = Policy.LARGEST
    child_below_years: float = 16.0
