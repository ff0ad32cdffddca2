"""Stamps as the system counts them: whole nanoseconds since the Unix epoch, so that a replay compares them exactly."""

NS_PER_S = 1_000_000_000


def seconds_to_ns(seconds: float) -> int:
    """Return a duration in seconds as whole nanoseconds, to the nearest."""
    return round(seconds * NS_PER_S)


def ns_to_seconds(duration_ns: int) -> float:
    """Return nanoseconds as seconds; of a stamp of today a float keeps only about 200 ns."""
    return duration_ns / NS_PER_S
