"""Convert between builtin_interfaces/Time and seconds or nanoseconds of the Unix epoch."""

from builtin_interfaces.msg import Time

from signage_common.stamps import NS_PER_S


def stamp_to_ns(stamp: Time) -> int:
    """Return a stamp as nanoseconds since the Unix epoch."""
    return int(stamp.sec) * NS_PER_S + int(stamp.nanosec)


def ns_to_stamp(time_ns: int) -> Time:
    """Return nanoseconds since the Unix epoch as a stamp."""
    return Time(sec=time_ns // NS_PER_S, nanosec=time_ns % NS_PER_S)
