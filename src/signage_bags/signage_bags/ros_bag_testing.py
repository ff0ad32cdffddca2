"""Bags that tests make: of any topic, of whole live runs, of other versions of the messages."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from ad_selector.convert import change_to_msg, msg_to_observations, selection_to_msg
from ad_selector.params import AdSelectorParams
from ad_selector.presence import PresenceChange
from ad_selector.selector import Output, Selector
from rclpy.serialization import deserialize_message, serialize_message
from rosbags.interfaces import Nodetype
from rosbags.typesys import Stores, get_types_from_msg, get_typestore
from signage_catalogue import Catalogue
from signage_common.stamps import NS_PER_S
from signage_msgs.msg import FaceArray

from signage_bags.bag_writer import BagWriter
from signage_bags.face_bags import LATENCY_NS, QOS
from signage_bags.message_definitions import MessageDefinition, installed_definition

FACES, PRESENCE, SELECTION = (f"signage_msgs/msg/{name}" for name in ("FaceArray", "Presence", "AdSelection"))
PARAMETERS = "rcl_interfaces/msg/ParameterEvent"
STEP_NS = NS_PER_S // 10
_PARAMETER_KINDS = {
    bool: (1, "bool_value"),
    int: (2, "integer_value"),
    float: (3, "double_value"),
    str: (4, "string_value"),
}
_DEFAULTS: Mapping[str, Any] = {"string": "", "float32": math.nan, "bool": False}
Message = tuple[int, str, str, Any]
"""Log time, topic, type, and the message: its fields by name, or in CDR."""


class Topic:
    """Writes the messages of one type from mappings of its fields."""

    def __init__(self, type_name: str, definition: MessageDefinition | None = None) -> None:
        """Read the definition; the installed one where none is given."""
        self.type_name = type_name
        self.definition = definition or installed_definition(type_name)
        self._store = get_typestore(Stores.EMPTY)
        self._store.register(get_types_from_msg(self.definition.text, type_name))

    def write(self, values: Mapping[str, Any]) -> bytes:
        """Return a message in CDR; fields that are not given are 0, empty, or NaN for a float32."""
        return bytes(self._store.serialize_cdr(self._make(values, self.type_name), self.type_name))

    def _make(self, values: Mapping[str, Any], type_name: str) -> object:
        _, fields = self._store.fielddefs[type_name]
        made = {name: self._value(values.get(name), *kind) for name, kind in fields}
        unknown = set(values) - set(made)
        assert not unknown, f"{type_name} has no {unknown}"
        return self._store.types[type_name](**made)

    def _value(self, value: Any, kind: Nodetype, detail: Any) -> Any:
        if kind is Nodetype.BASE:
            return value if value is not None else _DEFAULTS.get(detail[0], 0)
        if kind is Nodetype.NAME:
            return self._make(value or {}, detail)
        (inner, what), size = detail
        if inner is Nodetype.NAME:
            return [self._make(each, what) for each in value or ()]
        if what[0] == "string":
            return list(value or ())
        return np.array(value if value is not None else [0] * size, np.dtype(what[0]))


def write_bag(
    folder: Path,
    messages: Iterable[Message],
    custom_data: Mapping[str, str] | None = None,
    definitions: Mapping[str, MessageDefinition] | None = None,
) -> Path:
    """Write a bag.

    Args:
        folder: of the bag; must not exist.
        messages: in any order.
        custom_data: what the recorder noted.
        definitions: of types in another version than the installed one.
    """
    writer = BagWriter(folder, custom_data or {})
    topics: dict[str, Topic] = {}
    for log_ns, name, type_name, values in messages:
        if name not in topics:
            topics[name] = Topic(type_name, (definitions or {}).get(type_name))
            writer.set_topic(name, type_name, topics[name].definition, [QOS])
        writer.write(name, log_ns, log_ns, values if isinstance(values, bytes) else topics[name].write(values))
    writer.close()
    return folder


def stamp(stamp_ns: int) -> dict[str, int]:
    """Return the fields of a stamp."""
    return {"sec": stamp_ns // NS_PER_S, "nanosec": stamp_ns % NS_PER_S}


def face(track: int = 1, gender: int = 1, age: float = 25.0, size: int = 100, **others: Any) -> dict[str, Any]:
    """Return the fields of a face that looks at the screen."""
    fused = {"gender": gender, "gender_confidence": 0.9, "age_years": age, "age_spread_years": 4.0}
    fused["decade"] = int(age // 10) + 1
    box = {"width": size, "height": size}
    return {"track_id": track, "state": 1, "box": box, "fused": fused, "attention": 0.9, **others}


def image(stamp_ns: int, *faces: Mapping[str, Any], device: str = "deeplens1", log_ns: int = 0) -> Message:
    """Return the message of one image."""
    values = {"header": {"stamp": stamp(stamp_ns)}, "faces": faces}
    return log_ns or stamp_ns + LATENCY_NS, f"/{device}/faces", FACES, values


def live_messages(
    images: Sequence[tuple[int, Sequence[Mapping[str, Any]]]],
    catalogue: Catalogue,
    params: AdSelectorParams | None = None,
    device: str = "deeplens1",
    changes: Sequence[tuple[int, str, Any]] = (),
) -> Iterator[Message]:
    """Yield what a recorder would have heard of a live run: faces, and what the selector said of them.

    Args:
        images: stamp and faces of each.
        catalogue: of the selector.
        params: of the selector.
        device: its name.
        changes: index of an image, parameter, value: set before that image.
    """
    selector, faces_topic = None, Topic(FACES)
    params = params or AdSelectorParams()
    for index, (stamp_ns, faces) in enumerate(images):
        log_ns = images[0][0] + index * STEP_NS + LATENCY_NS  # the recorder's clock goes on, whatever stamps do
        message = image(stamp_ns, *faces, device=device, log_ns=log_ns)
        selector = selector or Selector(device, params, catalogue, stamp_ns)
        for _, name, value in (change for change in changes if change[0] == index):
            params = dataclasses.replace(params, **{name: value})
            selector.set_params(params)
            yield log_ns - 1, "/parameter_events", PARAMETERS, parameter_event(device, name, value)
        yield message
        observations = msg_to_observations(deserialize_message(faces_topic.write(message[3]), FaceArray))
        for output in [*([selector.shown] if index == 0 else []), *selector.observe(observations)]:
            yield _said(output, device, log_ns + STEP_NS // 20)


def _said(output: Output, device: str, log_ns: int) -> Message:
    if isinstance(output, PresenceChange):
        return log_ns, f"/{device}/presence", PRESENCE, bytes(serialize_message(change_to_msg(output, device)))
    return log_ns, f"/{device}/ad", SELECTION, bytes(serialize_message(selection_to_msg(output, device, log_ns)))


def parameter_event(device: str, name: str, value: Any, is_new: bool = False) -> dict[str, Any]:
    """Return the fields of the event by which the selector tells of a parameter."""
    number, field = _PARAMETER_KINDS[type(value)]
    told = [{"name": name, "value": {"type": number, field: value}}]
    return {"node": f"/{device}/ad_selector", "new_parameters" if is_new else "changed_parameters": told}
