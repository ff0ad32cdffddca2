"""What the journal keeps: records that are told once, how they are chained, and the rows that follow from them."""

from __future__ import annotations

import enum
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]
FIRST_DIGEST = bytes(32)
"""What stands before the first record of a chain."""
STARTED = "started"


class Kind(str, enum.Enum):
    """What a record tells."""

    EPISODE = "episode"
    DECISION = "decision"
    PLAY = "play"
    PRUNED = "pruned"


@dataclass(frozen=True)
class Record:
    """One thing that was told.

    Attributes:
        device: whose chain it belongs to.
        kind: what it tells.
        key: what can be told only once; all that is told of it again must be the same.
        body: what is told, as JSON with sorted keys.
    """

    device: str
    kind: Kind
    key: str
    body: str


def episode_record(row: Row) -> Record:
    """Return the record of an episode, a row of the table ``episodes``."""
    return Record(row["device"], Kind.EPISODE, f"episode/{row['episode']}", json_text(row))


def decision_record(row: Row) -> Record:
    """Return the record of a decision, a row of the table ``decisions`` without its id, which follows from it."""
    decision = f"{row['device']}/{row['episode']}/{row['captured_ns']}/{row['creative']}"
    return Record(row["device"], Kind.DECISION, f"decision/{decision}", json_text({"decision": decision, **row}))


def play_record(play: Row, event: str, stamp_ns: int, detail: str) -> Record:
    """Return the record of the start or the end of a play.

    Args:
        play: its ``device``, ``screen``, ``play_id``, ``creative``, ``campaign`` and ``episode``.
        event: ``started``, or how it ended: ``completed``, ``interrupted`` or ``failed``.
        stamp_ns: when.
        detail: what else is to be said.
    """
    half = STARTED if event == STARTED else "ended"
    body = json_text({**play, "event": event, "stamp_ns": stamp_ns, "detail": detail})
    return Record(play["device"], Kind.PLAY, f"play/{play['play_id']}/{half}", body)


def pruned_record(device: str, through: int, digest: bytes) -> Record:
    """Return the record that says that a chain now begins after a number, and which digest stands there."""
    body = json_text({"through": through, "digest": digest.hex()})
    return Record(device, Kind.PRUNED, f"pruned/{device}/{through}", body)


def play_keys(play_id: str) -> tuple[str, str]:
    """Return the keys of the two records that a play can have."""
    return f"play/{play_id}/started", f"play/{play_id}/ended"


def json_text(value: object) -> str:
    """Write JSON in the one way in which it is hashed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest_of(before: bytes, record: Record, seq: int, recorded_ns: int) -> bytes:
    """Return the SHA-256 over the digest before and all that a record holds."""
    whole = json_text([record.device, seq, record.kind.value, record.key, record.body, recorded_ns])
    return hashlib.sha256(before + whole.encode()).digest()


def play_row(event: Row, known: Row | None = None) -> dict[str, Any]:
    """Return the row of a play after one more event, whichever of start and end comes first.

    Args:
        event: the body of a record.
        known: the row that the other event has led to.
    """
    names = ("play_id", "device", "screen", "creative", "campaign", "episode")
    row = dict(known) if known else {name: event[name] for name in names}
    if event["event"] == STARTED:
        row |= {"started_ns": event["stamp_ns"], "detail": row.get("detail") or event["detail"]}
        row |= {"ended_ns": row.get("ended_ns"), "outcome": row.get("outcome", STARTED)}
    else:
        row |= {"ended_ns": event["stamp_ns"], "detail": event["detail"] or row.get("detail", "")}
        row |= {"started_ns": row.get("started_ns"), "outcome": event["event"]}
    if row["started_ns"] is not None and row["ended_ns"] is not None:  # a screen's clock may have been set back
        row["ended_ns"] = max(row["ended_ns"], row["started_ns"])
    return row


def differs_from(event: Row, known: Row) -> str:
    """Return in which field the two events of a play contradict each other; empty if in none."""
    names = ("device", "screen", "creative", "campaign", "episode")
    return next((name for name in names if event[name] != known[name]), "")
