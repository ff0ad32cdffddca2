"""What the messages of a device's topics share: the quality of service of each topic, and how stamps are written."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from builtin_interfaces.msg import Time
from rclpy.exceptions import ParameterException
from rclpy.node import Node
from rclpy.publisher import Publisher
from rclpy.qos import DurabilityPolicy, HistoryPolicy, QoSProfile, ReliabilityPolicy
from rclpy.qos_overriding_options import QoSOverridingOptions
from rclpy.subscription import Subscription

from signage_common.errors import ConfigurationError
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
# Of the journal's services: a request or answer beyond the depth is dropped in silence, and ROS's own depth is 10.
RECORD_QOS = _profile(ReliabilityPolicy.RELIABLE, DurabilityPolicy.VOLATILE, 1000)


def stamp_to_ns(stamp: Time) -> int:
    """Return a stamp as nanoseconds since the Unix epoch."""
    return int(stamp.sec) * NS_PER_S + int(stamp.nanosec)


def ns_to_stamp(time_ns: int) -> Time:
    """Return nanoseconds since the Unix epoch as a stamp."""
    return Time(sec=time_ns // NS_PER_S, nanosec=time_ns % NS_PER_S)


def create_publisher(node: Node, message_type: Any, topic: str, qos: QoSProfile) -> Publisher:
    """Return a publisher whose quality of service parameters ``qos_overrides.TOPIC.publisher.POLICY`` may change.

    Raises:
        ConfigurationError: they are wrong.
    """
    with _qos_told(node, topic):
        return node.create_publisher(message_type, topic, copy.copy(qos), qos_overriding_options=_may_override())


def create_subscription(
    node: Node, message_type: Any, topic: str, callback: Callable[..., None], qos: QoSProfile
) -> Subscription:
    """Return a subscription whose quality of service parameters ``qos_overrides.TOPIC.subscription.POLICY`` may change.

    Raises:
        ConfigurationError: they are wrong.
    """
    with _qos_told(node, topic):
        return node.create_subscription(
            message_type, topic, callback, copy.copy(qos), qos_overriding_options=_may_override()
        )


def _may_override() -> QoSOverridingOptions:
    """Return what lets parameters override the profile that is given, which rclpy changes in place."""
    return QoSOverridingOptions.with_default_policies()


@contextmanager
def _qos_told(node: Node, topic: str) -> Iterator[None]:
    """Have what rclpy says of a wrong quality of service told as a mistake of whoever set it."""
    try:
        yield
    except (ParameterException, RuntimeError) as error:
        if not node.context.ok():  # a signal has ended it meanwhile
            raise
        raise ConfigurationError(f"parameters qos_overrides of {topic}: {str(error).splitlines()[0]}") from None
