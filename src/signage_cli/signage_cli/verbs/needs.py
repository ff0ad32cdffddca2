"""What a verb needs on top of what the running system needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

DETECTORS = "detectors"
DETECTOR_NAMES = ("dlib", "dlib-cnn", "face_recognition", "face_recognition-cnn")
EXTRAS: Mapping[str, str] = {DETECTORS: f"the face detectors {', '.join(DETECTOR_NAMES)}"}


@dataclass(frozen=True)
class Needs:
    """What is to be installed for one call of a verb.

    Attributes:
        browser: a browser and what drives it.
        checks: the packages of the checks.
        extras: names of ``EXTRAS``.
    """

    browser: bool = False
    checks: bool = False
    extras: tuple[str, ...] = ()


def extras_of_graph(given: Mapping[str, str]) -> tuple[str, ...]:
    """Return the extras that a graph needs with these launch arguments."""
    return (DETECTORS,) if given.get("detector") in DETECTOR_NAMES else ()
