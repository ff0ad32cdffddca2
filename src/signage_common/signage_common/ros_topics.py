"""What the messages of a device's topics share: the quality of service of each topic, and how stamps are written."""

from __future__ import annotations

from builtin_interfaces.msg import Time
from rclpy.qos import DurabilityPolicy, HistoryPolicy, QoSProfile, ReliabilityPolicy

from signage_common.stamps import NS_PER_S


def _profile(reliability: ReliabilityPolicy, durability: DurabilityPolicy, depth: int) -> QoSProfile:
    return QoSProfile(reliability=reliability, durability=durability, history=HistoryPolicy.KEEP_LAST, depth=depth)


# An image that comes late is worth nothing; faces are few bytes, so that a reader may fall some images behind.
IMAGE_QOS = _profile(ReliabilityPolicy.BEST_EFFORT, DurabilityPolicy.VOLATILE, 1)
FACES_QOS = _profile(ReliabilityPolicy.BEST_EFFORT, DurabilityPolicy.VOLATILE, 5)
PRESENCE_QOS = _profile(ReliabilityPolicy.RELIABLE, DurabilityPolicy.VOLATILE, 50)
# Latched: a screen that joins is told at once what to show.
AD_QOS = _profile(ReliabilityPolicy.RELIABLE, DurabilityPolicy.TRANSIENT_LOCAL, 1)
PLAYBACK_QOS = _profile(ReliabilityPolicy.RELIABLE, DurabilityPolicy.VOLATILE, 50)


def stamp_to_ns(stamp: Time) -> int:
    """Return a stamp as nanoseconds since the Unix epoch."""
    return int(stamp.sec) * NS_PER_S + int(stamp.nanosec)


def ns_to_stamp(time_ns: int) -> Time:
    """Return nanoseconds since the Unix epoch as a stamp."""
    return Time(sec=time_ns // NS_PER_S, nanosec=time_ns % NS_PER_S)
