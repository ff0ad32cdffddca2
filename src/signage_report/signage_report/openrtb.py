"""The measured audience as OpenRTB 2.6 has it: for each screen, how many watchers a play had in each hour.

The models hold the fields of the specification's objects, with their types and what it requires:
https://github.com/InteractiveAdvertisingBureau/openrtb2.x/blob/main/2.6.md (2.6-202505), lists from AdCOM 1.0.
"""

from __future__ import annotations

import datetime
import enum
import json
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from signage_catalogue.document import DocumentError, parse_document
from signage_common.errors import ConfigurationError
from signage_common.files import read_file

from signage_report.report import Report, Row

BY = ("screen", "day", "hour")
"""What the report must be by."""
_MOST_BYTES = 1_000_000
_MS_PER_S = 1000
_DOMAIN = r"^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$"
Domain = Annotated[str, StringConstraints(pattern=_DOMAIN, max_length=253)]


class SourceType(enum.IntEnum):
    """Who measured: AdCOM 1.0, List: DOOH Multiplier Measurement Source Types."""

    UNKNOWN = 0
    MEASUREMENT_VENDOR = 1
    PUBLISHER = 2
    EXCHANGE = 3


class _Object(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Publisher(_Object):
    """Section 3.2.15: who supplies the inventory and is paid for it."""

    id: str | None = None
    name: str | None = None
    cattax: int | None = None
    cat: list[str] | None = None
    domain: Domain | None = None
    ext: dict[str, Any] | None = None


class Dooh(_Object):
    """Section 3.2.32: a digital out-of-home screen. Venue types are of the OpenOOH taxonomy unless another is named."""

    id: str | None = None
    name: str | None = None
    venuetype: list[str] | None = None
    venuetypetax: int | None = Field(default=None, ge=0)
    publisher: Publisher | None = None
    domain: Domain | None = None
    keywords: str | None = None
    content: dict[str, Any] | None = None
    ext: dict[str, Any] | None = None


class Qty(_Object):
    """Section 3.2.31: how many impressions one play is."""

    multiplier: float = Field(gt=0, allow_inf_nan=False)
    sourcetype: SourceType | None = None
    vendor: Domain | None = None
    ext: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _names_vendor(self) -> Qty:
        if self.sourcetype is SourceType.MEASUREMENT_VENDOR and self.vendor is None:
            raise ValueError("vendor: required where sourcetype is 1")
        return self


class Imp(_Object):
    """Section 3.2.4: one placement; what is shown there (banner, video) is for the exchange to add."""

    id: str
    tagid: str
    qty: Qty
    dt: float = Field(gt=0)


class ScreenAudience(_Object):
    """Section 3.2.1: what a bid request for one screen takes from the measurement."""

    id: str
    imp: list[Imp] = Field(min_length=1)
    dooh: Dooh


class Placements(_Object):
    """What the operator says of the screens.

    Attributes:
        vendor: domain of who measures; without it the publisher does.
        default: fields of ``dooh`` for all screens.
        screens: fields of ``dooh`` by the screen's name, before those of all.
    """

    vendor: Domain | None = None
    default: Dooh = Dooh()
    screens: dict[str, Dooh] = {}


def read_placements(path: Path | None) -> Placements:
    """Read what the operator says of the screens, from YAML or JSON.

    Raises:
        ConfigurationError: the file can't be read, or a field in it is unknown or of the wrong type.
    """
    if path is None:
        return Placements()
    try:
        content = parse_document(read_file(path, _MOST_BYTES).decode()).data
        return Placements.model_validate({} if content is None else content)
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise ConfigurationError(f"{path}: {where}: {first['msg']}") from None
    except DocumentError as error:
        raise ConfigurationError(f"{path}: line {error.problem.line}: {error}") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path}: expected YAML in UTF-8") from None


def unknown_screens(report: Report, placements: Placements) -> list[str]:
    """Return the names of screens that the operator tells something of and the report does not know."""
    place = report.by.index("screen")
    return sorted(placements.screens.keys() - {str(row.key[place]) for row in report.rows})


def as_openrtb(report: Report, placements: Placements) -> str:
    """Write the audience of each screen and hour as JSON: a list of ``ScreenAudience``.

    The multiplier is the watchers of the hour's episodes by the plays of the hour, so that over all plays of an hour
    each watcher is one impression. Hours that are withheld, or without plays or watchers, are left out.

    Raises:
        ValueError: the report is by something else.
    """
    if report.by != BY:
        raise ValueError(f"expected a report by {', '.join(BY)}")
    audiences = [_audience(screen, rows, report, placements) for screen, rows in _measured(report.rows)]
    documents = [audience.model_dump(mode="json", exclude_none=True) for audience in audiences]
    return json.dumps(documents, indent=2, ensure_ascii=False) + "\n"


def _measured(rows: Iterable[Row]) -> Iterable[tuple[str, list[Row]]]:
    told = (row for row in rows if row.figures.watchers and row.figures.plays)
    return [(screen, list(group)) for screen, group in groupby(told, lambda row: str(row.key[0]))]


def _audience(screen: str, rows: Iterable[Row], report: Report, placements: Placements) -> ScreenAudience:
    imps = [_imp(number, row, report, placements.vendor) for number, row in enumerate(rows, 1)]
    own = placements.screens.get(screen, Dooh())
    fields: Mapping[str, Any] = {"id": screen, "name": screen} | _given(placements.default) | _given(own)
    name = f"{screen} {report.period.start.isoformat()}/{report.period.end.isoformat()}"
    return ScreenAudience(id=name, imp=imps, dooh=Dooh(**fields))


def _given(dooh: Dooh) -> dict[str, Any]:
    return {name: getattr(dooh, name) for name in dooh.model_fields_set}


def _imp(number: int, row: Row, report: Report, vendor: str | None) -> Imp:
    screen, day, hour = row.key
    assert row.figures.watchers and row.figures.plays  # as _measured has chosen
    start = datetime.datetime.fromisoformat(day).replace(hour=hour, tzinfo=report.period.zone)
    source = SourceType.MEASUREMENT_VENDOR if vendor else SourceType.PUBLISHER
    multiplier = round(row.figures.watchers / row.figures.plays, 4)
    qty = Qty(multiplier=max(multiplier, 0.0001), sourcetype=source, vendor=vendor)
    return Imp(id=str(number), tagid=screen, qty=qty, dt=start.timestamp() * _MS_PER_S)
