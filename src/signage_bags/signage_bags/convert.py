"""Read recorded messages as the selector's own types, whichever version of the messages they are."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from ad_selector.convert import MAX_FACES, MessageError, change_to_msg, msg_to_demographics, read_face, read_stamp
from ad_selector.presence import PresenceChange, PresenceEvent
from ad_selector.selection import Selection
from ad_selector.watchers import FaceObservations, ObservedFace
from signage_common.demographics import UNKNOWN, Demographics
from signage_common.ros_topics import stamp_to_ns
from signage_msgs.msg import Presence

from signage_bags.bag_reader import BagError
from signage_bags.decisions import Decision, EpisodeEvent
from signage_bags.face_layout import FaceLayout, LayoutError, read_nested
from signage_bags.recorded_types import RecordedType

FACE, FACES, DEMOGRAPHICS = "signage_msgs/msg/Face", "signage_msgs/msg/FaceArray", "signage_msgs/msg/Demographics"
PRESENCE, SELECTION = "signage_msgs/msg/Presence", "signage_msgs/msg/AdSelection"
PARAMETER_EVENT = "rcl_interfaces/msg/ParameterEvent"
Reader = Callable[[bytes], Any]
_MOST_KNOWN = 100_000
_FACE_FIELDS: Mapping[str, Any] = {
    "track_id": 0,
    "state": 0,
    "box.width": 0,
    "box.height": 0,
    "fused": b"",
    "attention": math.nan,
    "still_s": math.nan,
}
"""What is read of a face, and what stands for it in a version that lacks it."""
_ESTIMATE_FIELDS: Mapping[str, Any] = {
    "gender": 0,
    "gender_confidence": math.nan,
    "age_years": math.nan,
    "age_spread_years": math.nan,
    "decade": 0,
}
_EVENT_FIELDS = ("stamp", "started", "device", "episode", "event")
_FLOAT32 = struct.Struct("<f")
_VALUE_FIELDS = {1: "bool_value", 2: "integer_value", 3: "double_value", 4: "string_value"}


class FacesReader:
    """Reads recorded FaceArrays, each estimate only once for as long as it stays the same."""

    def __init__(self, recorded: RecordedType) -> None:
        """Prepare for one version of the message.

        Raises:
            BagError: it has no stamp or no faces.
        """
        fields = recorded.fields[recorded.name]
        if not {"header", "faces"} <= {name for name, _ in fields}:
            raise BagError(f"{recorded.name} of the bag has no header or no faces, so it can't be converted")
        self._recorded = recorded
        self._estimates: dict[bytes, Demographics] = {}
        try:
            self._layout: FaceLayout | None = FaceLayout(recorded.fields, FACES, FACE, _FACE_FIELDS)
        except LayoutError:
            self._layout = None

    def read(self, data: bytes) -> FaceObservations:
        """Return the faces of one image.

        Raises:
            MessageError: it says what can't be, or is damaged.
        """
        try:
            seconds, nanoseconds, rows = self._rows(data)
            stamp_ns = read_stamp(seconds, nanoseconds)
            if len(rows) > MAX_FACES:
                raise MessageError(f"expected at most {MAX_FACES} faces, got {len(rows)}")
            return FaceObservations(stamp_ns, tuple([self._face(row) for row in rows]))
        except MessageError:
            raise
        except Exception as error:  # whatever damaged data leads to
            raise MessageError(f"expected {FACES}, got {len(data)} bytes that are none: {error}") from None

    def _rows(self, data: bytes) -> tuple[int, int, Sequence[Any]]:
        if self._layout is not None:
            try:
                return self._layout.read(data)
            except (LayoutError, struct.error):
                pass  # the slower way says what is wrong, if anything is
        message = self._recorded.read(data)
        stamp = message.header.stamp
        return stamp.sec, stamp.nanosec, [_row_of(face) for face in message.faces]

    def _face(self, row: tuple[Any, ...]) -> ObservedFace:
        track_id, state, width_px, height_px, fused, attention, still_s = row
        if isinstance(fused, bytes):
            estimate = self._estimates.get(fused)
            fused = self._estimate(fused) if estimate is None else estimate
        return read_face(track_id, state, width_px, height_px, fused, attention, still_s)

    def _estimate(self, data: bytes) -> Demographics:
        if not data:
            return Demographics()
        values = read_nested(self._recorded.fields, DEMOGRAPHICS, _ESTIMATE_FIELDS, data)
        estimate = msg_to_demographics(SimpleNamespace(**dict(zip(_ESTIMATE_FIELDS, values, strict=True))))
        if len(self._estimates) >= _MOST_KNOWN:
            self._estimates.clear()
        self._estimates[data] = estimate
        return estimate


def _row_of(face: Any) -> tuple[Any, ...]:
    """Return of a face that was read the slower way what the layout gives, the estimate already read."""
    fused = getattr(face, "fused", None)
    values = {name: getattr(fused, name, default) for name, default in _ESTIMATE_FIELDS.items()}
    estimate = msg_to_demographics(SimpleNamespace(**values))
    return tuple(estimate if path == "fused" else _at(face, path, default) for path, default in _FACE_FIELDS.items())


def _at(message: Any, path: str, default: Any) -> Any:
    for name in path.split("."):
        message = getattr(message, name, default)
    return message


def msg_to_decision(msg: Any) -> Decision:
    """Read a recorded AdSelection; what its version lacks is empty."""
    return Decision(
        episode=msg.episode,
        stamp_ns=stamp_to_ns(msg.captured),
        campaign=msg.campaign,
        creative=msg.creative,
        estimation=msg.estimation or UNKNOWN,
        reason=msg.reason,
        arrived_ns=stamp_to_ns(msg.arrived) if hasattr(msg, "arrived") else 0,
        catalogue=getattr(msg, "catalogue", ""),
    )


def selection_to_decision(selection: Selection) -> Decision:
    """Read what the selector says, as if it had been recorded."""
    return Decision(
        episode=selection.episode,
        stamp_ns=selection.captured_ns,
        campaign=selection.campaign,
        creative=selection.creative.name,
        estimation=selection.estimation,
        reason=selection.reason,
        arrived_ns=selection.arrived_ns,
        catalogue=selection.catalogue,
    )


def msg_to_event(msg: Any, names: Iterable[str]) -> EpisodeEvent:
    """Read a Presence: with its numbers, as far as its version, whose fields have these names, knows them."""
    known = {*map(int, PresenceEvent)}
    event = PresenceEvent(msg.event) if msg.event in known else PresenceEvent.UNKNOWN
    values = {name: _comparable(getattr(msg, name)) for name in names if name not in _EVENT_FIELDS}
    return EpisodeEvent(msg.episode, stamp_to_ns(msg.stamp), event.name, stamp_to_ns(msg.started), values)


def change_to_event(change: PresenceChange, device: str) -> EpisodeEvent:
    """Read what the selector says, as if it had been recorded."""
    return msg_to_event(change_to_msg(change, device), Presence.get_fields_and_field_types())


def _comparable(value: Any) -> Any:
    """Return a field's value as it comes out of a message: numbers with the digits of a float32, arrays as tuples."""
    if isinstance(value, float):
        return _FLOAT32.unpack(_FLOAT32.pack(value))[0]
    return value if isinstance(value, (int, str)) else tuple(int(each) for each in value)


def presence_reader(recorded: RecordedType) -> Reader:
    """Return what reads messages of a recorded version of Presence.

    Raises:
        BagError: it lacks what an event needs.
    """
    names = [name for name, _ in recorded.fields[recorded.name]]
    return reader_of(recorded, lambda msg: msg_to_event(msg, names), [*_EVENT_FIELDS[:2], *_EVENT_FIELDS[3:]])


def msg_to_parameters(msg: Any, node: str) -> tuple[dict[str, Any], bool]:
    """Return the parameters of a node that an event tells of, and whether it declares them; nothing of other nodes."""
    if msg.node != node:
        return {}, False
    told = [*msg.new_parameters, *msg.changed_parameters]
    values = {
        each.name: getattr(each.value, _VALUE_FIELDS[each.value.type])
        for each in told
        if each.value.type in _VALUE_FIELDS
    }
    return values, bool(len(msg.new_parameters))


def reader_of(recorded: RecordedType, convert: Callable[[Any], Any], needed: Sequence[str]) -> Reader:
    """Return what reads and converts messages of a recorded type.

    Args:
        recorded: the type as the bag defines it.
        convert: takes a message.
        needed: fields without which it can't be converted.

    Raises:
        BagError: the bag's version of the type lacks one of them.
    """
    present = {name for name, _ in recorded.fields[recorded.name]}
    missing = [name for name in needed if name not in present]
    if missing:
        raise BagError(f"{recorded.name} of the bag has no {', '.join(missing)}, so it can't be converted")

    def read(data: bytes) -> Any:
        try:
            return convert(recorded.read(data))
        except Exception as error:  # whatever damaged data leads to
            raise MessageError(f"expected {recorded.name}, got bytes that are none: {error}") from None

    return read
