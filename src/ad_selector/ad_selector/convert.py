"""Convert between messages and the selector's own types."""

from __future__ import annotations

import math
from collections.abc import Sequence

from signage_common.demographics import Decade, Demographics, Gender
from signage_common.ros_topics import ns_to_stamp
from signage_common.stamps import NS_PER_S
from signage_msgs.msg import AdSelection, Face, FaceArray, Presence
from signage_msgs.msg import Demographics as DemographicsMsg
from signage_msgs.srv import ChooseAd, RecordAudience

from ad_selector.crowd import NOBODY
from ad_selector.presence import PresenceChange, PresenceEvent
from ad_selector.segment import Audience, segment_of_estimation
from ad_selector.selection import Selection
from ad_selector.watchers import FaceObservations, ObservedFace

MAX_FACES, MAX_SIDE_PX, MAX_AGE_YEARS, MAX_NAME = 1_000, 65_535, 120.0, 100
LAST_S = 2**31 - 86_400
"""Stamps count to 2038; what is reckoned from the last of them must still be one."""


class MessageError(ValueError):
    """A message from outside says what can't be; the text says what was expected and what came."""


def msg_to_observations(msg: FaceArray) -> FaceObservations:
    """Read the faces of one image.

    Raises:
        MessageError: a field has a value that its comment in the message does not allow.
    """
    stamp_ns = read_stamp(msg.header.stamp.sec, msg.header.stamp.nanosec)
    _require(len(msg.faces) <= MAX_FACES, f"at most {MAX_FACES} faces", len(msg.faces))
    return FaceObservations(stamp_ns, tuple(msg_to_face(face) for face in msg.faces))


def read_stamp(seconds: int, nanoseconds: int) -> int:
    """Return the stamp of an image in nanoseconds since the Unix epoch.

    Raises:
        MessageError: as for ``msg_to_observations``.
    """
    is_time = 0 <= seconds <= LAST_S and nanoseconds < NS_PER_S
    _require(is_time, "a stamp from 1970 to 2038", f"{seconds} s and {nanoseconds} ns")
    return int(seconds) * NS_PER_S + int(nanoseconds)


def msg_to_face(msg: Face) -> ObservedFace:
    """Read one face.

    Raises:
        MessageError: as for ``msg_to_observations``.
    """
    box, fused = msg.box, msg_to_demographics(msg.fused)
    return read_face(msg.track_id, msg.state, box.width, box.height, fused, msg.attention, msg.still_s)


def read_face(
    track_id: int, state: int, width_px: int, height_px: int, fused: Demographics, attention: float, still_s: float
) -> ObservedFace:
    """Read one face from the fields of its message.

    Raises:
        MessageError: as for ``msg_to_observations``.
    """
    if state > Face.STATE_PREDICTED:
        raise MessageError(f"expected a known state, got {state}")
    if width_px > MAX_SIDE_PX or height_px > MAX_SIDE_PX:
        raise MessageError(f"expected a box of at most {MAX_SIDE_PX} px, got {(width_px, height_px)}")
    return ObservedFace(
        track_id=int(track_id),
        is_detected=state == Face.STATE_DETECTED,
        area_px=int(width_px) * int(height_px),
        fused=fused,
        attention=_within(attention, "attention", 0.0, 1.0),
        still_s=_within(still_s, "still_s", 0.0, math.inf),
    )


def msg_to_demographics(msg: DemographicsMsg) -> Demographics:
    """Read estimated gender and age, as far as an advertisement needs them.

    Raises:
        MessageError: as for ``msg_to_observations``.
    """
    _require(msg.gender in {*Gender}, "a known gender", msg.gender)
    _require(msg.decade in {*Decade}, "a known decade", msg.decade)
    return Demographics(
        gender=Gender(msg.gender),
        gender_confidence=_within(msg.gender_confidence, "gender_confidence", 0.0, 1.0),
        age_years=_within(msg.age_years, "age_years", 0.0, MAX_AGE_YEARS),
        age_spread_years=_within(msg.age_spread_years, "age_spread_years", 0.0, MAX_AGE_YEARS),
        decade=Decade(msg.decade),
    )


def request_to_audience(request: ChooseAd.Request, device: str, child_below_years: float) -> Audience:
    """Read for whom an advertisement is asked; ``device`` is the one that is asked.

    Raises:
        MessageError: the estimation is none, or the device can't be the name of one.
    """
    asked = request.device or device
    _require(len(request.estimation) <= MAX_NAME, "an estimation such as 20f, or unknown", "a long text")
    _require(
        len(asked) <= MAX_NAME and asked.isprintable(), f"a name of up to {MAX_NAME} printable characters", "another"
    )
    try:
        segment = segment_of_estimation(request.estimation, child_below_years)
    except ValueError as error:
        raise MessageError(str(error)) from None
    return Audience(asked, segment, max(int(request.watchers), 1))


def change_to_msg(change: PresenceChange, device: str) -> Presence:
    """Write a change of presence."""
    total, has_ended = change.total, change.event is PresenceEvent.ENDED
    return Presence(
        stamp=ns_to_stamp(change.stamp_ns),
        started=ns_to_stamp(change.started_ns),
        device=device,
        episode=change.episode,
        event=int(change.event),
        estimation=change.estimation,
        watchers=change.now.watchers,
        in_sight=change.now.in_sight,
        still_faces=change.now.still_faces,
        watchers_total=total.counts.watchers,
        in_sight_total=total.counts.in_sight,
        still_faces_total=total.counts.still_faces,
        dwell_s=change.dwell_s,
        attention_s=change.attention_s,
        dwell_histogram=total.dwell_histogram if has_ended else NOBODY,
        attention_histogram=total.attention_histogram if has_ended else NOBODY,
    )


def selection_to_msg(selection: Selection, device: str, decided_ns: int) -> AdSelection:
    """Write a selection; ``decided_ns`` is the wall time at which it was made."""
    return AdSelection(
        device=device,
        episode=selection.episode,
        campaign=selection.campaign,
        creative=selection.creative.name,
        url=selection.creative.url,
        ad_id=selection.creative.ad_id,
        fallback=selection.is_fallback,
        estimation=selection.estimation,
        reason=selection.reason,
        catalogue=selection.catalogue,
        arrived=ns_to_stamp(selection.arrived_ns),
        captured=ns_to_stamp(selection.captured_ns),
        decided=ns_to_stamp(decided_ns),
        creatives=[creative.name for creative in selection.playlist],
        urls=[creative.url for creative in selection.playlist],
        durations_s=[creative.duration_s for creative in selection.playlist],
    )


def is_accounted(msg: Presence | AdSelection) -> bool:
    """Return whether the journal keeps a message: an episode that has ended, or a decision that answers one."""
    return msg.event == Presence.ENDED if isinstance(msg, Presence) else bool(msg.episode)


def audience_to_request(messages: Sequence[Presence | AdSelection]) -> RecordAudience.Request:
    """Return the request that has the journal keep episodes and decisions."""
    return RecordAudience.Request(
        episodes=[msg for msg in messages if isinstance(msg, Presence)],
        decisions=[msg for msg in messages if isinstance(msg, AdSelection)],
    )


def _within(value: float, name: str, least: float, most: float) -> float | None:
    """Return a number; None for NaN, which stands for what was not estimated."""
    if math.isnan(value):
        return None
    _require(least <= value <= most, f"{name} from {least:g} to {most:g}", value)
    return float(value)


def _require(is_met: bool, expected: str, got: object) -> None:
    if not is_met:
        raise MessageError(f"expected {expected}, got {got}")
