"""Bags that tests make: of any topic, also as they were with the messages of version 0.1.0."""

import dataclasses
import re
from pathlib import Path

import numpy as np
from ad_selector.convert import change_to_msg, msg_to_observations, selection_to_msg
from ad_selector.params import AdSelectorParams
from ad_selector.presence import PresenceChange
from ad_selector.selector import Selector
from rclpy.serialization import deserialize_message, serialize_message
from rosbags.typesys import Stores, get_types_from_msg, get_typestore
from signage_bags.bag_writer import BagWriter
from signage_bags.face_bags import LATENCY_NS, QOS
from signage_bags.message_definitions import MessageDefinition, installed_definition
from signage_msgs.msg import FaceArray

OLD = Path(__file__).parent / "messages_before"
FACES, PRESENCE, SELECTION = (f"signage_msgs/msg/{name}" for name in ("FaceArray", "Presence", "AdSelection"))
PARAMETERS = "rcl_interfaces/msg/ParameterEvent"
STEP_NS = 100_000_000
_SECTION = re.compile(r"(=+\nMSG: (\S+)\n)")


def old_definition(type_name):
    """Return a definition with our messages as they were."""
    parts = _SECTION.split(installed_definition(type_name).text)
    parts[0] = _old_text(type_name, parts[0])
    for index in range(1, len(parts), 3):
        package, name = parts[index + 1].split("/")
        parts[index + 2] = _old_text(f"{package}/msg/{name}", parts[index + 2])
        parts[index + 1] = ""
    return MessageDefinition("ros2msg", "".join(parts), "")


def _old_text(type_name, text):
    path = OLD / f"{type_name.rpartition('/')[2]}.msg"
    return f"{path.read_text()}\n" if type_name.startswith("signage_msgs/") and path.exists() else text


class Topic:
    """Writes the messages of one type, in its version of now or before, from mappings of its fields."""

    def __init__(self, type_name, definition=None):
        self.type_name = type_name
        self.definition = definition or installed_definition(type_name)
        self.store = get_typestore(Stores.EMPTY)
        self.store.register(get_types_from_msg(self.definition.text, type_name))

    def write(self, values, type_name=None):
        return bytes(self.store.serialize_cdr(self.make(values, type_name or self.type_name), self.type_name))

    def make(self, values, type_name):
        """Return a message; fields that are not given are 0, empty, or NaN for a float of our messages."""
        _, fields = self.store.fielddefs[type_name]
        made = {name: self._value(values.get(name), *kind) for name, kind in fields}
        unknown = set(values) - set(made)
        assert not unknown, f"{type_name} has no {unknown}"
        return self.store.types[type_name](**made)

    def _value(self, value, kind, detail):
        name = kind.name
        if name == "BASE":
            return (
                value if value is not None else {"string": "", "float32": float("nan"), "bool": False}.get(detail[0], 0)
            )
        if name == "NAME":
            return self.make(value or {}, detail)
        (inner, what), size = detail
        if inner.name == "NAME":
            return [self.make(each, what) for each in value or ()]
        if what[0] == "string":
            return list(value or ())
        return np.array(value if value is not None else [0] * size, np.dtype(what[0]))


def stamp(stamp_ns):
    return {"sec": stamp_ns // 10**9, "nanosec": stamp_ns % 10**9}


def write_bag(folder, messages, custom_data=None, old=()):
    """Write a bag of (log time, topic, type, values or bytes); types in ``old`` as they were."""
    writer = BagWriter(folder, custom_data or {})
    topics = {}
    for log_ns, name, type_name, values in messages:
        if name not in topics:
            topics[name] = Topic(type_name, old_definition(type_name) if type_name in old else None)
            writer.set_topic(name, type_name, topics[name].definition, [QOS])
        writer.write(name, log_ns, log_ns, values if isinstance(values, bytes) else topics[name].write(values))
    writer.close()
    return folder


def face(track=1, gender=1, age=25.0, size=100, **others):
    """Return the fields of a face."""
    fused = {"gender": gender, "gender_confidence": 0.9, "age_years": age, "age_spread_years": 4.0}
    fused["decade"] = int(age // 10) + 1
    box = {"width": size, "height": size}
    return {"track_id": track, "state": 1, "box": box, "fused": fused, "attention": 0.9, **others}


def image(stamp_ns, *faces, device="deeplens1", log_ns=None):
    """Return the message of one image for ``write_bag``."""
    values = {"header": {"stamp": stamp(stamp_ns)}, "faces": faces}
    return log_ns or stamp_ns + LATENCY_NS, f"/{device}/faces", FACES, values


def live_messages(images, catalogue, params=None, device="deeplens1", changes=()):
    """Return what a recorder would have heard of a live run: faces, and what the selector said of them.

    Args:
        images: (stamp, faces) of each.
        catalogue: of the selector.
        params: of the selector.
        device: its name.
        changes: (index of an image, parameter, value): set before that image.
    """
    params = params or AdSelectorParams()
    selector, faces_topic = None, Topic(FACES)
    for index, (stamp_ns, faces) in enumerate(images):
        log_ns = images[0][0] + index * STEP_NS + LATENCY_NS  # the recorder's clock goes on, whatever stamps do
        for _, name, value in (change for change in changes if change[0] == index):
            params = dataclasses.replace(params, **{name: value})
            selector.set_params(params)
            yield log_ns - 1, "/parameter_events", PARAMETERS, parameter_event(device, name, value)
        message = image(stamp_ns, *faces, device=device, log_ns=log_ns)
        yield message
        observations = msg_to_observations(deserialize_message(faces_topic.write(message[3]), FaceArray))
        outputs = []
        if selector is None:
            selector = Selector(device, params, catalogue, stamp_ns)
            outputs.append(selector.shown)
        outputs += selector.observe(observations)
        for output in outputs:
            yield said(output, device, log_ns + 5_000_000)


def said(output, device, log_ns):
    """Return one message of the selector."""
    if isinstance(output, PresenceChange):
        return log_ns, f"/{device}/presence", PRESENCE, bytes(serialize_message(change_to_msg(output, device)))
    return log_ns, f"/{device}/ad", SELECTION, bytes(serialize_message(selection_to_msg(output, device, log_ns)))


def parameter_event(device, name, value, is_new=False):
    kinds = {bool: (1, "bool_value"), int: (2, "integer_value"), float: (3, "double_value"), str: (4, "string_value")}
    number, field = kinds[type(value)]
    told = [{"name": name, "value": {"type": number, field: value}}]
    return {"node": f"/{device}/ad_selector", "new_parameters" if is_new else "changed_parameters": told}
