"""Make a report: open the journal, count, and write what was asked for."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from signage_common.errors import ConfigurationError
from signage_common.files import written_whole
from signage_journal.database import Address, parse_address, reason_of
from signage_journal.errors import JournalError, UnusableError
from signage_journal.reading import reading_at_once
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from signage_report.formats import as_csv, as_json, table_text
from signage_report.openrtb import BY, Placements, as_openrtb, read_placements, unknown_screens
from signage_report.page import Reports, as_html, read_all, write_picture
from signage_report.period import Period, make_period, read_zone
from signage_report.queries import kept_between
from signage_report.report import Report, read_dimensions, read_reports

_AT_ONCE = 2
"""So many questions are asked of the journal at once."""


@dataclass(frozen=True)
class ReportOptions:
    """What is asked for.

    Attributes:
        start: first day or hour; None for the first day of the journal.
        end: day or hour, exclusive; None for the end of the journal.
        by: dimensions with commas; empty for the total alone.
        format: ``table``, ``csv``, ``json``, ``html`` or ``openrtb``.
        plot: where to draw a picture; None for none.
        output: where to write; None for standard output.
        journal: file or URL; empty for the usual file.
        timezone: of days and hours; None for the machine's.
        title: of the page.
        screens: what else to say of the screens in OpenRTB; None for nothing.
    """

    start: str | None = None
    end: str | None = None
    by: str = ""
    format: str = "table"
    plot: Path | None = None
    output: Path | None = None
    journal: str = ""
    timezone: str | None = None
    title: str = "Audience report"
    screens: Path | None = None


def run(options: ReportOptions, console: Console) -> None:
    """Make a report and write it.

    Args:
        options: what is asked for.
        console: what is not written to a file is printed to, text as it is and tables to its width.

    Raises:
        ConfigurationError: something that was asked for can't be, or the journal can't be read.
        JournalError: a server does not answer.
        OSError: a file can't be written.
    """
    by = _dimensions(options)
    zone = read_zone(options.timezone)
    make_period(options.start, options.end, zone, None)  # a mistake in it is told before anything is opened
    placements = read_placements(options.screens)
    address = parse_address(options.journal)
    for path in filter(None, (options.plot, options.output)):
        _check_output(path, [each for each in (address.path, options.screens) if each is not None])
    with _journal(address) as connections:
        period = make_period(options.start, options.end, zone, _kept_between(connections[0], address))
        reports = _reports(connections, period, by, options)
    if options.format == "openrtb" and (unknown := unknown_screens(reports[by], placements)):
        print(f"{options.screens}: nothing to tell in this period of {', '.join(unknown)}", file=sys.stderr)
    if options.plot is not None:
        with written_whole(options.plot) as partial:
            write_picture(partial, reports)
    _write(reports, by, placements, options, console)


def _dimensions(options: ReportOptions) -> tuple[str, ...]:
    if options.format != "openrtb":
        return read_dimensions(options.by)
    if options.by:
        raise ConfigurationError(f"--by {options.by}: --format openrtb is always by {','.join(BY)}")
    return BY


def _check_output(path: Path, inputs: Sequence[Path]) -> None:
    if path.exists() and not path.is_file():
        raise ConfigurationError(f"{path}: expected a file")
    if path.resolve() in [each.resolve() for each in inputs]:
        raise ConfigurationError(f"{path}: expected a file of its own; the report is made from this one")


@contextmanager
def _journal(address: Address) -> Iterator[list[Connection]]:
    with reading_at_once(address, _AT_ONCE) as connections:
        try:
            yield connections
        except (SQLAlchemyError, ValueError, TypeError, OverflowError) as error:  # a file may hold anything anywhere
            kind = JournalError if address.path is None else UnusableError
            raise kind(f"{address}: {reason_of(error)}") from None


def _kept_between(connection: Connection, address: Address) -> tuple[int, int]:
    kept = kept_between(connection)
    if kept is None:
        raise ConfigurationError(f"{address}: the journal is empty so far: no plays and no episodes")
    return kept


def _reports(connections: list[Connection], period: Period, by: Sequence[str], options: ReportOptions) -> Reports:
    """Return the report that was asked for by its dimensions, and what a page or picture needs besides."""
    if options.format == "html" or options.plot is not None:
        return read_all(connections, period, by)
    return {tuple(by): read_reports(connections, period, [by])[0]}


def _write(
    reports: Reports, by: Sequence[str], placements: Placements, options: ReportOptions, console: Console
) -> None:
    if options.format == "html":
        text = as_html(reports, options.title)
    else:
        text = _as_text(reports[tuple(by)], options.format, placements, console.width)
    if options.output is None:
        console.file.write(text)
        return
    with written_whole(options.output) as partial:
        partial.write_text(text, encoding="utf-8")


def _as_text(report: Report, name: str, placements: Placements, width: int) -> str:
    if name == "openrtb":
        return as_openrtb(report, placements)
    return {"json": as_json, "csv": as_csv}[name](report) if name != "table" else table_text(report, width)
