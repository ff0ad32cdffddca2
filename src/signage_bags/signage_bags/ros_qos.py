"""Quality of service of a topic: as it stands in a bag, as ROS has it, and what suits several publishers at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rclpy.duration import Duration
from rclpy.qos import DurabilityPolicy, HistoryPolicy, LivelinessPolicy, QoSProfile, ReliabilityPolicy
from signage_common.stamps import NS_PER_S

_DEPTH = 10
_RECORDING_DEPTH = 100
_INFINITE_NS = 2**63 - 1


def profile_to_metadata(profile: QoSProfile) -> dict[str, Any]:
    """Return a profile as ``offered_qos_profiles`` of rosbag2's metadata have it (from version 9 on)."""
    return {
        "history": _word(profile.history),
        "depth": int(profile.depth),
        "reliability": _word(profile.reliability),
        "durability": _word(profile.durability),
        "deadline": _duration(profile.deadline),
        "lifespan": _duration(profile.lifespan),
        "liveliness": _word(profile.liveliness),
        "liveliness_lease_duration": _duration(profile.liveliness_lease_duration),
        "avoid_ros_namespace_conventions": bool(profile.avoid_ros_namespace_conventions),
    }


def profile_to_play(recorded: Sequence[Mapping[str, Any]]) -> QoSProfile:
    """Return what to offer for a recorded topic: what its publishers offered, and of several the most of each."""
    is_reliable = not recorded or any(each.get("reliability") == "reliable" for each in recorded)
    is_latched = any(each.get("durability") == "transient_local" for each in recorded)
    depths = [int(each["depth"]) for each in recorded if each.get("history") == "keep_last" and each.get("depth")]
    profile = _profile(is_reliable, is_latched, max(depths, default=1 if is_latched else _DEPTH))
    if len(recorded) == 1:  # of several publishers' promises none is known to hold for all
        profile.deadline = _read_duration(recorded[0].get("deadline"))
        if recorded[0].get("liveliness") == "manual_by_topic":
            profile.liveliness = LivelinessPolicy.MANUAL_BY_TOPIC
        profile.liveliness_lease_duration = _read_duration(recorded[0].get("liveliness_lease_duration"))
    return profile


def profile_to_record(offered: Sequence[Mapping[str, Any]]) -> QoSProfile:
    """Return what to ask for so that every publisher is heard: reliable or latched only if all of them are."""
    is_reliable = all(each["reliability"] == "reliable" for each in offered)
    is_latched = all(each["durability"] == "transient_local" for each in offered)
    return _profile(is_reliable, is_latched, _RECORDING_DEPTH)


def _profile(is_reliable: bool, is_latched: bool, depth: int) -> QoSProfile:
    return QoSProfile(
        history=HistoryPolicy.KEEP_LAST,
        depth=depth,
        reliability=ReliabilityPolicy.RELIABLE if is_reliable else ReliabilityPolicy.BEST_EFFORT,
        durability=DurabilityPolicy.TRANSIENT_LOCAL if is_latched else DurabilityPolicy.VOLATILE,
    )


def _word(policy: Any) -> str:
    return str(policy.name).lower()


def _duration(duration: Duration) -> dict[str, int]:
    """Return a duration as rosbag2 has it; 0, which stands for none, is written as endless, as rmw writes it."""
    time_ns = int(duration.nanoseconds) or _INFINITE_NS
    return {"sec": time_ns // NS_PER_S, "nsec": time_ns % NS_PER_S}


def _read_duration(recorded: Mapping[str, int] | None) -> Duration:
    time_ns = 0 if recorded is None else int(recorded["sec"]) * NS_PER_S + int(recorded["nsec"])
    return Duration(nanoseconds=min(time_ns, _INFINITE_NS))
