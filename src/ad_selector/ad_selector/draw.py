"""Draw one of several by weight, decided by a hash of the occasion: the same occasion draws the same."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

_BITS = 53


def draw(weights: Mapping[str, float], occasion: str) -> str:
    """Return one name; over many occasions each comes in proportion to its weight.

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
    return (int.from_bytes(digest[:8], "big") >> (64 - _BITS)) / (1 << _BITS)
