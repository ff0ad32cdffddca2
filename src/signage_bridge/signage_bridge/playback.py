"""Check what a screen reports of its showings before it reaches the accounts."""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from signage_common.stamps import NS_PER_S

from signage_bridge.errors import Code, OperationError, shorten

MAX_AGE_S = 31 * 24 * 3600
MAX_AHEAD_S = 300
MAX_NAME = 100
MAX_DETAIL = 500


class PlaybackEvent(enum.IntEnum):
    """What became of one showing, as in signage_msgs/AdPlayback."""

    UNKNOWN = 0
    STARTED = 1
    COMPLETED = 2
    INTERRUPTED = 3
    FAILED = 4


@dataclass(frozen=True)
class PlaybackRules:
    """What a report may name.

    Attributes:
        creatives: names of all creatives that the catalogue has had; a screen may report late.
        devices: names of the devices that are served.
        screens: names of the screens; empty if any name will do.
    """

    creatives: Collection[str]
    devices: Collection[str]
    screens: Collection[str] = ()


def check_playback(report: Mapping[str, Any], rules: PlaybackRules, now_ns: int) -> None:
    """Check a report's values as a client sent them; their types are checked when the message is made.

    Args:
        report: the fields of an AdPlayback.
        rules: what it may name.
        now_ns: wall time, nanoseconds of the Unix epoch.

    Raises:
        OperationError: a value can't be right.
    """
    _check_text(report, "screen", 1, MAX_NAME)
    _check_text(report, "play_id", 1, MAX_NAME)
    _check_text(report, "campaign", 0, MAX_NAME)
    _check_text(report, "episode", 0, MAX_NAME)
    _check_text(report, "detail", 0, MAX_DETAIL)
    _check_known(report, "creative", rules.creatives, "a creative of the catalogue")
    _check_known(report, "device", rules.devices, "a device of this bridge")
    if rules.screens:
        _check_known(report, "screen", rules.screens, "one of the screens " + ", ".join(sorted(rules.screens)))
    if report.get("event") not in list(PlaybackEvent)[1:] or isinstance(report["event"], bool):
        raise _wrong("event", "1 (started), 2 (completed), 3 (interrupted) or 4 (failed)", report.get("event"))
    _check_stamp(report.get("stamp"), now_ns)


def _check_text(report: Mapping[str, Any], name: str, shortest: int, longest: int) -> None:
    value = report.get(name, "")
    if not isinstance(value, str) or not shortest <= len(value) <= longest or not value.isprintable():
        raise _wrong(name, f"{shortest} to {longest} printable characters", value)


def _check_known(report: Mapping[str, Any], name: str, known: Collection[str], expected: str) -> None:
    value = report.get(name)
    if not isinstance(value, str) or value not in known:
        raise _wrong(name, expected, value)


def _check_stamp(stamp: Any, now_ns: int) -> None:
    try:
        time_s = stamp["sec"] + stamp.get("nanosec", 0) / NS_PER_S
        age_s = now_ns / NS_PER_S - time_s
    except (TypeError, KeyError, AttributeError, OverflowError):
        raise _wrong("stamp", "the time of the event as {sec, nanosec}", stamp) from None
    if not -MAX_AHEAD_S <= age_s <= MAX_AGE_S:
        expected = f"a time at most {MAX_AHEAD_S} s ahead and {MAX_AGE_S // 86400} days old"
        # Once a clock that was set back is right again, the same report will do.
        code = Code.UNAVAILABLE if -MAX_AGE_S <= age_s < 0 else Code.BAD_MESSAGE
        raise _wrong("stamp", expected, f"one {age_s:.0f} s old", code)


def _wrong(name: str, expected: str, value: object, code: Code = Code.BAD_MESSAGE) -> OperationError:
    return OperationError(f"playback field {name}: expected {expected}, got {shorten(value)}", code)
