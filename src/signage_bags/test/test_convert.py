"""Recorded messages of any version of the messages are read as the node reads its own."""

import math
import random

import pytest
from ad_selector.convert import MessageError, msg_to_observations
from definitions_before import old_definition
from rclpy.serialization import deserialize_message
from signage_bags.bag_reader import BagError, Channel, open_bag
from signage_bags.convert import FacesReader, msg_to_decision, reader_of
from signage_bags.face_layout import FaceLayout, LayoutError
from signage_bags.message_definitions import MessageDefinition, installed_definition
from signage_bags.recorded_types import RecordedType
from signage_bags.ros_bag_testing import FACES, SELECTION, Topic, face, stamp
from signage_common.demographics import Demographics
from signage_common.errors import SignageError
from signage_msgs.msg import FaceArray

STAMP_NS = 1_795_334_399_123_456_789
FACE = "signage_msgs/msg/Face"


def recorded(type_name, definition):
    return RecordedType(Channel("/deeplens1/faces", type_name, (), definition.text))


def changed(*changes, type_name=FACES):
    """Return the installed definition with some of its text replaced."""
    text = installed_definition(type_name).text
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return MessageDefinition("ros2msg", text, "")


def array(*faces):
    return {"header": {"stamp": stamp(STAMP_NS), "frame_id": "camera"}, "faces": faces}


def slow(reader):
    """Have messages read field by field."""
    reader._layout = None
    return reader


def test_every_message_of_a_recording_is_read_as_by_the_node(making):
    with open_bag(making.HERE / "demo-film") as bag:
        reader = FacesReader(RecordedType(bag.channels[0]))
        slower = slow(FacesReader(RecordedType(bag.channels[0])))
        assert reader._layout is not None
        for message in bag.messages():
            expected = msg_to_observations(deserialize_message(message.data, FaceArray))
            assert reader.read(message.data) == expected
            assert slower.read(message.data) == expected


@pytest.mark.parametrize("frame_id", ["", "a", "ab", "abc", "abcd", "카메라"])
def test_a_name_of_any_length_may_stand_before_the_faces(frame_id):
    topic = Topic(FACES)
    values = array(face(track=7), face(track=8))
    values["header"]["frame_id"] = frame_id
    data = topic.write(values)
    read = FacesReader(recorded(FACES, topic.definition)).read(data)
    assert read == msg_to_observations(deserialize_message(data, FaceArray))
    assert [each.track_id for each in read.faces] == [7, 8] and read.stamp_ns == STAMP_NS


VERSIONS = {
    "before": (old_definition(FACES), "Face without still_s"),
    "a field more": (changed(("float32 attention", "float32 smile\nfloat32 attention")), "Face with smile"),
    "a byte more": (changed(("float32 attention", "uint8 glasses\nfloat32 attention")), "Face with glasses"),
    "a name more": (changed(("float32 attention", "string nickname\nfloat32 attention")), "Face with nickname"),
    "a long number": (changed(("float32 attention", "float64 attention")), "Face with another kind of attention"),
    "no box": (changed(("sensor_msgs/RegionOfInterest box", "uint8 nothing")), "Face without box, Face with nothing"),
    "no estimate": (changed(("Demographics fused", "float32 nothing")), "Face without fused, Face with nothing"),
    "other order": (
        changed(
            ("uint32 image_width", "Face[] first\nuint32 image_width"),
            ("Face[] faces", "uint32 second"),
            ("first", "faces"),
        ),
        "FaceArray with second",
    ),
}


@pytest.mark.parametrize("version", VERSIONS)
def test_another_version_is_named_and_read_by_the_names_of_its_fields(version):
    definition, difference = VERSIONS[version]
    kind = recorded(FACES, definition)
    assert kind.difference == difference
    values = face(track=5, size=90)
    if version == "no box":
        del values["box"]
    if version == "no estimate":
        del values["fused"]
    data = Topic(FACES, definition).write(array(values, values))
    first, second = FacesReader(kind).read(data).faces
    assert first == second == slow(FacesReader(kind)).read(data).faces[0]
    assert (first.track_id, first.is_detected, first.area_px) == (5, True, 0 if version == "no box" else 8100)
    assert first.fused == Demographics() if version == "no estimate" else first.fused.age_years == 25.0
    assert first.attention == pytest.approx(0.9)
    assert first.still_s is None


def test_what_a_decision_of_before_does_not_tell_is_empty():
    topic = Topic(SELECTION, old_definition(SELECTION))
    kind = recorded(SELECTION, topic.definition)
    assert kind.difference == "AdSelection without catalogue"
    values = {"episode": "e", "campaign": "c", "creative": "x", "estimation": "20f", "captured": stamp(STAMP_NS)}
    decision = reader_of(kind, msg_to_decision, ["episode"])(topic.write(values))
    assert (decision.episode, decision.stamp_ns, decision.catalogue) == ("e", STAMP_NS, "")


@pytest.mark.fault
@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        (changed(("Face[] faces", "Face[] people")), "has no header or no faces, so it can't be converted"),
        (
            MessageDefinition("ros2msg", "uint32[ broken", ""),
            "the definition of signage_msgs/msg/FaceArray can't be",
        ),
    ],
)
def test_a_version_that_can_not_be_converted_is_told_in_one_line(definition, expected):
    with pytest.raises(BagError) as error:
        FacesReader(recorded(FACES, definition))
    assert expected in str(error.value) and "\n" not in str(error.value)


@pytest.mark.fault
def test_a_type_that_nobody_defines_is_told():
    with pytest.raises(SignageError, match="the bag does not define other_msgs/msg/Faces, which is not installed"):
        RecordedType(Channel("/deeplens1/faces", "other_msgs/msg/Faces", (), ""))


@pytest.mark.fault
@pytest.mark.parametrize(
    "values",
    [
        array(face(state=7)),
        array(face(attention=1.5)),
        array(face(still_s=-1.0)),
        array(face(age=300.0)),
        array(face(gender=9)),
        array(face(size=100_000)),
        {"header": {"stamp": {"sec": -5, "nanosec": 0}}},
        array(*[face()] * 1_001),
    ],
)
def test_what_the_node_drops_is_dropped(values):
    data = Topic(FACES).write(values)
    with pytest.raises(ValueError):
        msg_to_observations(deserialize_message(data, FaceArray))
    for reader in (
        FacesReader(recorded(FACES, installed_definition(FACES))),
        slow(FacesReader(recorded(FACES, installed_definition(FACES)))),
    ):
        with pytest.raises(MessageError):
            reader.read(data)


@pytest.mark.fault
def test_damaged_messages_are_told_apart_whatever_they_are():
    reader = FacesReader(recorded(FACES, installed_definition(FACES)))
    whole = Topic(FACES).write(array(face(), face(track=2)))
    rng = random.Random(7)
    for length in range(len(whole) - 16):  # what stands behind the faces is not needed
        with pytest.raises(MessageError):
            reader.read(whole[:length])
    for _ in range(500):
        data = bytearray(whole)
        for _ in range(4):
            data[rng.randrange(len(data))] = rng.randrange(256)
        try:
            reader.read(bytes(data))
        except MessageError:
            continue


def test_a_layout_needs_faces_of_fixed_length():
    kind = recorded(FACES, changed(("float32 attention", "string nickname\nfloat32 attention")))
    with pytest.raises(LayoutError, match="nickname is a string"):
        FaceLayout(kind.fields, FACES, FACE, {"track_id": 0, "attention": math.nan})
