"""Convert messages to records; what can't be is told."""

from __future__ import annotations

import math
from typing import Any

from signage_common.histogram import CLASSES
from signage_common.ros_topics import stamp_to_ns
from signage_common.stamps import NS_PER_S
from signage_msgs.msg import AdPlayback, AdSelection, Presence

from signage_journal.records import STARTED, Record, decision_record, episode_record, play_record

MAX_NAME, MAX_ID, MAX_TEXT = 200, 400, 4_000
_MAX_COUNT = 2**31 - 1
_EVENTS = {
    AdPlayback.STARTED: STARTED,
    AdPlayback.COMPLETED: "completed",
    AdPlayback.INTERRUPTED: "interrupted",
    AdPlayback.FAILED: "failed",
}


class MessageError(ValueError):
    """A message says what can't be; the text says what was expected."""


def playback_to_record(msg: AdPlayback) -> Record:
    """Read what a screen reports.

    Raises:
        MessageError: a field has a value that its comment in the message does not allow.
    """
    event = _EVENTS.get(msg.event)
    if event is None:
        raise MessageError(f"event: expected one of {', '.join(map(str, _EVENTS))}, got {msg.event}")
    play = {
        "play_id": _name(msg, "play_id", MAX_ID),
        "device": _name(msg, "device"),
        "screen": _name(msg, "screen"),
        "creative": _name(msg, "creative"),
        "campaign": _name(msg, "campaign", may_be_empty=True),
        "episode": _name(msg, "episode", MAX_ID, may_be_empty=True),
    }
    return play_record(play, event, _time(msg, "stamp"), _text(msg.detail))


def episode_to_record(msg: Presence) -> Record:
    """Read an episode that has ended.

    Raises:
        MessageError: it has not, or as for ``playback_to_record``.
    """
    if msg.event != Presence.ENDED:
        raise MessageError(f"event: expected {Presence.ENDED} (ended), got {msg.event}")
    row = {
        "episode": _name(msg, "episode", MAX_ID),
        "device": _name(msg, "device"),
        "started_ns": _time(msg, "started"),
        "ended_ns": _time(msg, "stamp"),
        "estimation": _name(msg, "estimation"),
        "watchers": _count(msg.watchers_total),
        "in_sight": _count(msg.in_sight_total),
        "still_faces": _count(msg.still_faces_total),
        "dwell_s": _seconds(msg, "dwell_s"),
        "attention_s": _seconds(msg, "attention_s"),
        "dwell_histogram": _histogram(msg.dwell_histogram),
        "attention_histogram": _histogram(msg.attention_histogram),
    }
    return episode_record(row)


def decision_to_record(msg: AdSelection) -> Record:
    """Read a decision that answers an episode.

    Raises:
        MessageError: it answers none, or as for ``playback_to_record``.
    """
    row = {
        "device": _name(msg, "device"),
        "episode": _name(msg, "episode", MAX_ID),
        "arrived_ns": _time(msg, "arrived"),
        "captured_ns": _time(msg, "captured"),
        "decided_ns": _time(msg, "decided"),
        "campaign": _name(msg, "campaign", may_be_empty=True),
        "creative": _name(msg, "creative"),
        "estimation": _name(msg, "estimation"),
        "reason": _text(msg.reason),
        "catalogue": _name(msg, "catalogue", may_be_empty=True),
    }
    return decision_record(row)


def _name(msg: Any, name: str, most: int = MAX_NAME, may_be_empty: bool = False) -> str:
    value: str = getattr(msg, name)
    if not value and may_be_empty:
        return ""
    if not value or len(value) > most or not value.isprintable():
        raise MessageError(f"{name}: expected 1 to {most} printable characters")
    return value


def _text(value: str) -> str:
    """Return a text in words without what no database takes, shortened to what is sensible."""
    clean = value.replace("\0", "\N{REPLACEMENT CHARACTER}")
    return clean if len(clean) <= MAX_TEXT else f"{clean[: MAX_TEXT - 3]}..."


def _time(msg: Any, name: str) -> int:
    stamp = getattr(msg, name)
    if stamp.sec < 0 or stamp.nanosec >= NS_PER_S:
        raise MessageError(f"{name}: expected a time from 1970 to 2038, got {stamp.sec} s and {stamp.nanosec} ns")
    return stamp_to_ns(stamp)


def _seconds(msg: Any, name: str) -> float:
    value = float(getattr(msg, name))
    if not math.isfinite(value) or value < 0:
        raise MessageError(f"{name}: expected at least 0 s, got {value}")
    return round(value, 3)


def _count(value: int) -> int:
    return min(int(value), _MAX_COUNT)


def _histogram(counts: Any) -> str:
    values = [_count(count) for count in counts]
    if len(values) != CLASSES:
        raise MessageError(f"histogram: expected {CLASSES} counts, got {len(values)}")
    return ",".join(map(str, values))
