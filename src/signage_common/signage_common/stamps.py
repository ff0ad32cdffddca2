"""Stamps as the system counts them: whole nanoseconds since the Unix epoch."""

NS_PER_S = 1_000_000_000
