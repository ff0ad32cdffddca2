"""Convert between messages and the selector's own types."""

from __future__ import annotations

import math

from signage_common.demographics import Decade, Demographics, Gender
from signage_common.ros_topics import ns_to_stamp, stamp_to_ns
from signage_msgs.msg import AdSelection, Face, FaceArray, Presence
from signage_msgs.msg import Demographics as DemographicsMsg
from signage_msgs.srv import ChooseAd

from ad_selector.presence import PresenceChange
from ad_selector.segment import Audience, segment_of_estimation
from ad_selector.selection import Selection
from ad_selector.watchers import FaceObservations, ObservedFace


def msg_to_observations(msg: FaceArray) -> FaceObservations:
    """Read the faces of one image.

    Raises:
        ValueError: a field has a value that its comment in the message does not know.
    """
    return FaceObservations(stamp_to_ns(msg.header.stamp), tuple(msg_to_face(face) for face in msg.faces))


def msg_to_face(msg: Face) -> ObservedFace:
    """Read one face."""
    area_px = int(msg.box.width) * int(msg.box.height)
    return ObservedFace(int(msg.track_id), msg.state == Face.STATE_DETECTED, area_px, msg_to_demographics(msg.fused))


def msg_to_demographics(msg: DemographicsMsg) -> Demographics:
    """Read estimated gender and age, as far as an advertisement needs them."""
    return Demographics(
        gender=Gender(msg.gender),
        gender_confidence=_known(msg.gender_confidence),
        age_years=_known(msg.age_years),
        age_spread_years=_known(msg.age_spread_years),
        decade=Decade(msg.decade),
    )


def request_to_audience(request: ChooseAd.Request, device: str, child_below_years: float) -> Audience:
    """Read for whom an advertisement is asked; ``device`` is the one that is asked.

    Raises:
        ValueError: the estimation is none.
    """
    segment = segment_of_estimation(request.estimation, child_below_years)
    return Audience(request.device or device, segment, max(int(request.watchers), 1))


def change_to_msg(change: PresenceChange, device: str) -> Presence:
    """Write a change of presence."""
    return Presence(
        stamp=ns_to_stamp(change.stamp_ns),
        started=ns_to_stamp(change.started_ns),
        device=device,
        episode=change.episode,
        event=int(change.event),
        watchers=change.watchers,
        estimation=change.estimation,
        dwell_s=change.dwell_s,
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
        arrived=ns_to_stamp(selection.arrived_ns),
        captured=ns_to_stamp(selection.captured_ns),
        decided=ns_to_stamp(decided_ns),
        creatives=[creative.name for creative in selection.playlist],
        urls=[creative.url for creative in selection.playlist],
        durations_s=[creative.duration_s for creative in selection.playlist],
    )


def _known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
