"""Packages that not everybody needs: which there are, and which arguments ask for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from signage_cli.setup.errors import SetupError

DETECTORS = "detectors"
EXTRAS: Mapping[str, str] = {DETECTORS: "the face detectors dlib, dlib-cnn, face_recognition, face_recognition-cnn"}
DETECTOR_NAMES = ("dlib", "dlib-cnn", "face_recognition", "face_recognition-cnn")
_GRAPHS = ("demo", "up")
_BENCHES = ("", "all", DETECTORS)
_BENCH_OPTIONS_WITH_A_VALUE = ("--json", "--plot", "--minutes", "--repeat")


def extras_for(verb: str, arguments: Sequence[str]) -> list[str]:
    """Return the extras that a verb needs with these arguments."""
    if verb == "test":
        return list(EXTRAS)
    if verb == "bench":
        return [DETECTORS] if _bench_name(arguments) in _BENCHES else []
    asked = verb in _GRAPHS and any(f"detector:={name}" in arguments for name in DETECTOR_NAMES)
    return [DETECTORS] if asked else []


def _bench_name(arguments: Sequence[str]) -> str:
    """Return which bench is asked for; empty for none."""
    before = ["", *arguments]
    words = (
        word
        for option, word in zip(before, arguments, strict=False)
        if not word.startswith("-") and option not in _BENCH_OPTIONS_WITH_A_VALUE
    )
    return next(words, "")


def checked(extras: Sequence[str]) -> list[str]:
    """Return the extras that are asked for by name.

    Raises:
        SetupError: there is no such extra.
    """
    for extra in extras:
        if extra not in EXTRAS:
            expected = f"expected no arguments, or {', '.join(EXTRAS)}"
            raise SetupError(f"setup: unknown extra {extra!r}; {expected}", exit_status=2)
    return list(extras)
