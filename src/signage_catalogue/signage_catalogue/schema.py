"""What may stand in a catalogue file: its fields, their kinds, ranges and defaults."""

from __future__ import annotations

import datetime
import zoneinfo
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from signage_catalogue.errors import FieldPath
from signage_catalogue.fields import DAYS, AgeRange, Date, Days, Minutes, Name, Names, Zone


class Entry(BaseModel):
    """A mapping of the file; a field that it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class CreativeEntry(Entry):
    """A film or picture that a screen can show."""

    file: Annotated[str, Field(min_length=1)]
    duration_s: Annotated[float | None, Field(gt=0, le=86_400)] = None
    ad_id: Annotated[str, Field(max_length=200)] = ""


class WatcherRange(Entry):
    """How many people must watch, both ends included."""

    min: Annotated[int, Field(ge=1)] = 1
    max: Annotated[int | None, Field(ge=1)] = None

    @field_validator("max")
    @classmethod
    def _in_order(cls, value: int | None, info: ValidationInfo) -> int | None:
        least = info.data.get("min", 1)
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
    def personal(self) -> bool:
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

    version: Literal[1]
    timezone: Zone = Field(default_factory=lambda: zoneinfo.ZoneInfo("UTC"))
    fallback: Annotated[tuple[Name, ...], Field(strict=False, min_length=1)]
    creatives: Annotated[dict[Name, CreativeEntry], Field(min_length=1)]
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
