"""What may stand in a catalogue file: where every campaign and creative is checked, field by field."""

from __future__ import annotations

import datetime
import re
import unicodedata
import zoneinfo
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationInfo,
    field_validator,
    model_validator,
)

from signage_catalogue.errors import FieldPath

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MAX_AGE_YEARS = 120
MAX_NAME = 100
MAX_CREATIVES, MAX_PLAYLIST = 2_000, 200
SHORTEST_S, LONGEST_S = 0.5, 86_400
"""How long a showing may take: each one is told and accounted for, so that it can't be as short as one likes."""
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


def _version(value: Any) -> int:
    if type(value) is not int or value != 1:
        raise ValueError(f"expected 1, got {value!r}")
    return value


Name = Annotated[str, BeforeValidator(_name)]
Names = Annotated[tuple[Name, ...], Field(strict=False)]
Minutes = Annotated[int, BeforeValidator(_minutes)]
Date = Annotated[datetime.date, BeforeValidator(_date)]
Day = Annotated[str, BeforeValidator(_day)]
Days = Annotated[tuple[Day, ...], Field(strict=False, min_length=1)]
AgeRange = Annotated[tuple[int, int], BeforeValidator(_age_range)]
Zone = Annotated[zoneinfo.ZoneInfo, PlainValidator(_zone)]


class Entry(BaseModel):
    """A mapping of the file; a field that it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class CreativeEntry(Entry):
    """A film or picture that a screen can show."""

    file: Annotated[str, Field(min_length=1)]
    duration_s: Annotated[float | None, Field(ge=SHORTEST_S, le=LONGEST_S)] = None
    ad_id: Annotated[str, Field(max_length=200)] = ""


class WatcherRange(Entry):
    """How many people who have looked must be in sight, both ends included."""

    min: Annotated[int, Field(ge=0)] = 0
    max: Annotated[int | None, Field(ge=0)] = None

    @field_validator("max")
    @classmethod
    def _in_order(cls, value: int | None, info: ValidationInfo) -> int | None:
        least = info.data.get("min", 0)
        if value is not None and value < least:
            raise ValueError(f"expected at least min, {least}, got {value}")
        return value


class Target(Entry):
    """Whom a campaign is for; what is left out rules nobody out."""

    gender: Literal["any", "female", "male"] = "any"
    age: AgeRange | None = None
    devices: Names = ()
    watchers: WatcherRange = WatcherRange()

    @property
    def is_personal(self) -> bool:
        """Return whether it asks for a gender or an age."""
        return self.gender != "any" or self.age is not None


class Daypart(Entry):
    """Part of a day in local wall time, half-open; past midnight if it ends before it starts."""

    days: Days = DAYS
    start: Annotated[Minutes, Field(alias="from")] = 0
    end: Annotated[Minutes, Field(alias="to")] = 24 * 60

    @model_validator(mode="after")
    def _not_empty(self) -> Daypart:
        if self.start == self.end or self.start == 24 * 60 or self.end == 0:
            raise ValueError('expected a from before "24:00" and a to after "00:00" that differ')
        return self


class DateRange(Entry):
    """Local dates on which a campaign runs, both ends included."""

    start: Annotated[Date | None, Field(alias="from")] = None
    end: Annotated[Date | None, Field(alias="to")] = None

    @field_validator("end")
    @classmethod
    def _in_order(cls, value: datetime.date | None, info: ValidationInfo) -> datetime.date | None:
        start = info.data.get("start")
        if value is not None and start is not None and value < start:
            raise ValueError(f"expected a date not before from, {start}, got {value}")
        return value


class Cap(Entry):
    """How often a campaign may be chosen."""

    plays_per_hour: Annotated[int, Field(ge=1)]


class Campaign(Entry):
    """Creatives for a target, at times, with a rank."""

    creatives: Annotated[tuple[Name, ...], Field(strict=False, min_length=1)]
    target: Target = Target()
    dayparts: Annotated[tuple[Daypart, ...], Field(strict=False)] = ()
    dates: DateRange = DateRange()
    priority: int = 0
    weight: Annotated[float, Field(gt=0, le=1_000_000)] = 1.0
    cap: Cap | None = None


class CatalogueFile(Entry):
    """A whole catalogue."""

    version: Annotated[Literal[1], BeforeValidator(_version)]
    timezone: Zone = Field(default_factory=lambda: zoneinfo.ZoneInfo("UTC"))
    fallback: Annotated[tuple[Name, ...], Field(strict=False, min_length=1, max_length=MAX_PLAYLIST)]
    creatives: Annotated[dict[Name, CreativeEntry], Field(min_length=1, max_length=MAX_CREATIVES)]
    campaigns: dict[Name, Campaign] = {}


def fields_at(place: FieldPath) -> list[str]:
    """Return the names of the fields that the mapping at a place of the file may have."""
    entry: type[Entry] = CatalogueFile
    steps = iter(place)
    for step in steps:
        annotation = _fields(entry).get(str(step))
        entry = _entry_in(annotation) or entry
        if get_origin(annotation) in (dict, tuple):
            next(steps, None)
    return list(_fields(entry))


def _fields(entry: type[Entry]) -> dict[str, Any]:
    return {field.alias or name: field.annotation for name, field in entry.model_fields.items()}


def _entry_in(annotation: Any) -> type[Entry] | None:
    """Return the kind of entry that an annotation holds, such as Daypart in ``tuple[Daypart, ...]``."""
    if isinstance(annotation, type) and issubclass(annotation, Entry):
        return annotation
    return next(filter(None, map(_entry_in, get_args(annotation))), None)
