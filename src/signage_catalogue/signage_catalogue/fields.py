"""Kinds of value in a catalogue: names, days, times of day, ages, time zones. Each says what it expected."""

from __future__ import annotations

import datetime
import re
import unicodedata
import zoneinfo
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainValidator

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MINUTES = 24 * 60
MAX_AGE_YEARS = 120
MAX_NAME = 100
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")


def _name(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"expected a name, got {value!r}; a number as a name is put in quotes")
    name = unicodedata.normalize("NFC", value)
    if not 0 < len(name) <= MAX_NAME or name != name.strip() or not name.isprintable() or set(name) & set("/\\"):
        raise ValueError(f"expected a name of 1 to {MAX_NAME} printable characters without slashes, got {value!r}")
    return name


def _minutes(value: Any) -> int:
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise ValueError(f'expected a time of day from "00:00" to "24:00", got {value!r}')
    hours, minutes = value.split(":")
    return int(hours) * 60 + int(minutes)


def _date(value: Any) -> datetime.date:
    try:
        return datetime.datetime.strptime(str(value), "%Y-%m-%d").date()
    except ValueError:
        raise ValueError(f"expected a date such as 2026-11-01, got {value!r}") from None


def _day(value: Any) -> str:
    if value not in DAYS:
        raise ValueError(f"expected one of {', '.join(DAYS)}, got {value!r}")
    return str(value)


def _age_range(value: Any) -> tuple[int, int]:
    years = value if isinstance(value, list) else []
    if len(years) != 2 or not all(type(year) is int and 0 <= year <= MAX_AGE_YEARS for year in years):
        raise ValueError(f"expected [youngest, oldest] in whole years from 0 to {MAX_AGE_YEARS}, got {value!r}")
    if years[0] > years[1]:
        raise ValueError(f"expected the youngest age first, got {value!r}")
    return years[0], years[1]


def _zone(value: Any) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        raise ValueError(f"expected a time zone such as Asia/Seoul, got {value!r}") from None


Name = Annotated[str, BeforeValidator(_name)]
Names = Annotated[tuple[Name, ...], Field(strict=False)]
Minutes = Annotated[int, BeforeValidator(_minutes)]
Date = Annotated[datetime.date, BeforeValidator(_date)]
Day = Annotated[str, BeforeValidator(_day)]
Days = Annotated[tuple[Day, ...], Field(strict=False, min_length=1)]
AgeRange = Annotated[tuple[int, int], BeforeValidator(_age_range)]
Zone = Annotated[zoneinfo.ZoneInfo, PlainValidator(_zone)]
