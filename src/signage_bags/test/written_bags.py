"""Bags for tests of writing: a topic whose type is installed, and messages of any bytes."""

from signage_bags.bag_writer import BagWriter, SplitLimits
from signage_bags.message_definitions import installed_definition
from signage_common.stamps import NS_PER_S

TOPIC, TYPE = "/deeplens1/faces", "signage_msgs/msg/FaceArray"
START_NS = 1_795_334_399 * NS_PER_S
ENDLESS = {"sec": 9223372036, "nsec": 854775807}
NEVER = SplitLimits()


def qos(reliability="best_effort", durability="volatile", **others):
    """What a publisher offers, as rosbag2 keeps it."""
    return {
        "history": "unknown",
        "depth": 0,
        "reliability": reliability,
        "durability": durability,
        "deadline": ENDLESS,
        "lifespan": ENDLESS,
        "liveliness": "automatic",
        "liveliness_lease_duration": ENDLESS,
        "avoid_ros_namespace_conventions": False,
        **others,
    }


def begin(folder, limits=NEVER, **noted):
    """Begin a bag of faces."""
    writer = BagWriter(folder, {"device": "deeplens1", **noted}, limits, "kilted")
    writer.set_topic(TOPIC, TYPE, installed_definition(TYPE), [qos()])
    return writer


def message(number, size=60):
    """Bytes that tell which message they are."""
    return b"\0\1\0\0" + number.to_bytes(4, "little") + bytes(size)


def write(writer, numbers, step_ns=NS_PER_S // 30, size=60):
    """Write messages that came 30 times a second."""
    for number in numbers:
        log_ns = START_NS + number * step_ns
        writer.write(TOPIC, log_ns, log_ns, message(number, size))


def numbers_of(bag):
    """Which messages a bag holds."""
    return [int.from_bytes(each.data[4:8], "little") for each in bag.messages()]
