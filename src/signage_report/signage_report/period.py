"""The period of a report, and the local days and hours in it."""

from __future__ import annotations

import datetime
import os
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from signage_common.errors import ConfigurationError, shown
from signage_common.stamps import NS_PER_S

SLOT_NS = 900 * NS_PER_S
"""A quarter of an hour: every time zone's hours begin with one."""
_LOCALTIME = Path("/etc/localtime")
_MOST_S = (2**63 - 1) // NS_PER_S - 2 * 86_400
"""How far from 1970 a time may be: databases hold nanoseconds in 64 bits, and a period may end a day after it."""
_EXPECTED = "expected a day such as 2026-11-27, or a whole hour such as 2026-11-27T14:00"


@dataclass(frozen=True)
class Period:
    """From when to when, in which time zone.

    Attributes:
        start_ns: inclusive, nanoseconds since the Unix epoch.
        end_ns: exclusive.
        zone: of days and hours.
    """

    start_ns: int
    end_ns: int
    zone: ZoneInfo

    @property
    def start(self) -> datetime.datetime:
        """Return the start in the time zone."""
        return local_time(self.start_ns, self.zone)

    @property
    def end(self) -> datetime.datetime:
        """Return the end in the time zone."""
        return local_time(self.end_ns, self.zone)

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%d %H:%M} to {self.end:%Y-%m-%d %H:%M}, {self.zone.key}"


def local_time(stamp_ns: int, zone: ZoneInfo) -> datetime.datetime:
    """Return a stamp as local time, to the second."""
    return datetime.datetime.fromtimestamp(stamp_ns // NS_PER_S, zone)


def read_time(text: str, zone: ZoneInfo) -> int:
    """Return the stamp in nanoseconds of a day, or of a whole hour, in a time zone unless the text says another.

    Raises:
        ConfigurationError: it is neither.
    """
    try:
        moment = datetime.datetime.fromisoformat(text)
        stamp_s = (moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp()
        moment = datetime.datetime.fromtimestamp(stamp_s, zone)
    except (ValueError, OverflowError, OSError):
        raise ConfigurationError(f"{shown(text)}: {_EXPECTED}") from None
    if abs(stamp_s) > _MOST_S:
        raise ConfigurationError(f"{shown(text)}: {_EXPECTED}, of the years 1678 to 2261")
    if stamp_s % 1 or moment.minute or moment.second:
        raise ConfigurationError(f"{shown(text)}: {_EXPECTED}; parts of an hour would tell of single people")
    return int(stamp_s) * NS_PER_S


def make_period(start: str | None, end: str | None, zone: ZoneInfo, kept_ns: tuple[int, int] | None) -> Period:
    """Return the period that was asked for, or as far as the journal goes.

    Args:
        start: day or hour, inclusive; None for the first day of the journal.
        end: day or hour, exclusive; None for the end of the last hour of the journal.
        zone: of days and hours.
        kept_ns: first and last stamp of the journal; None if it is empty.

    Raises:
        ConfigurationError: a time can't be read, or the end is not after the start.
    """
    start_ns = None if start is None else read_time(start, zone)
    end_ns = None if end is None else read_time(end, zone)
    if start_ns is not None and end_ns is not None and start_ns >= end_ns:
        raise ConfigurationError(f"--from {start} --to {end}: expected an end after the start")
    first_ns, last_ns = kept_ns or (0, 0)
    if start_ns is None:
        start_ns = _floor(first_ns if end_ns is None else min(first_ns, end_ns - 1), zone, hour=0)
    if end_ns is None:
        end_ns = _next_hour(max(last_ns, start_ns), zone)
    return Period(start_ns, end_ns, zone)


def read_zone(name: str | None) -> ZoneInfo:
    """Return a time zone by name; the machine's own where none is given, or UTC where that has no name.

    Raises:
        ConfigurationError: there is none of that name.
    """
    try:
        return ZoneInfo(name or _machines_zone())
    except (ValueError, OSError, KeyError):
        if name is None:
            return ZoneInfo("UTC")
        raise ConfigurationError(f"{shown(name)}: expected a time zone such as Europe/Berlin") from None


def _machines_zone() -> str:
    """Return the name by which TZ, or the link /etc/localtime, knows the machine's time zone."""
    named = os.environ.get("TZ", "").lstrip(":")
    return named or str(_LOCALTIME.resolve()).partition("zoneinfo/")[2] or "UTC"


def _floor(stamp_ns: int, zone: ZoneInfo, hour: int | None = None) -> int:
    local = local_time(stamp_ns, zone).replace(minute=0, second=0)
    return int((local if hour is None else local.replace(hour=hour, fold=0)).timestamp()) * NS_PER_S


def _next_hour(stamp_ns: int, zone: ZoneInfo) -> int:
    end_ns = _floor(stamp_ns, zone) + 3600 * NS_PER_S
    while local_time(end_ns, zone).minute:  # an hour in which clocks go back by half an hour
        end_ns += SLOT_NS
    return end_ns
