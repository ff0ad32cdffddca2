"""``./signage journal verify|export|prune``: prove that the journal is whole, hand it out, let old records go."""

from __future__ import annotations

import argparse
import contextlib
import datetime
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from signage_common.entry import run_program
from signage_common.errors import ConfigurationError, exit_status_of
from signage_common.files import written_whole
from signage_common.progress import ProgressLine
from signage_common.stamps import NS_PER_S

from signage_cli.verbs.arguments import OneLineParser, whole_number
from signage_cli.verbs.needs import Needs

_TABLES = ("episodes", "decisions", "plays", "records")
_FORMATS = ("csv", "jsonl")
_OWN = {"verify": (), "export": ("format", "table", "out"), "prune": ("days",)}
"""Which arguments each of them has besides the journal."""
_MOST_DAYS = 36_500
_DAY_S = 86_400
_DESCRIPTION = "The journal of episodes, decisions and plays: prove that it is whole, hand it out, let old records go."
_EPILOG = """what:
  verify   check the chain of hashes and all that follows from it; status 1 and the first wrong row if it is broken
  export   write its tables: one file each with -o, or one --table to standard output
  prune    let go of what was recorded more than --days days ago; the rest can still be verified

examples:
  ./signage journal verify
  ./signage journal export -o accounts/ --format jsonl
  ./signage journal export --table plays > plays.csv
  ./signage journal prune --days 90 --journal postgresql://signs@db.example/signs"""


def main(argv: Sequence[str]) -> int:
    """Run the verb and return its exit status."""
    options = parse(argv)
    return exit_status_of(lambda: _run(options), "stopped before the end")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line.

    Raises:
        ConfigurationError: what is given does not go together.
    """
    parser = OneLineParser("journal", _DESCRIPTION, _EPILOG)
    parser.add_argument("what", choices=("verify", "export", "prune"), metavar="verify|export|prune")
    parser.add_argument(
        "--journal",
        default="",
        metavar="URL|FILE",
        help="file, or postgresql://USER@HOST/DATABASE (default: $SIGNAGE_HOME/journal/journal.db)",
    )
    parser.add_argument("--format", choices=_FORMATS, help="export: how rows are written (default: csv)")
    parser.add_argument("--table", choices=_TABLES, help="export: this table only")
    parser.add_argument("-o", "--out", type=Path, metavar="DIR", help="export: one file for each table, in this folder")
    parser.add_argument("--days", type=whole_number(1, _MOST_DAYS), metavar="N", help="prune: what is to be kept")
    options = parser.parse_args(argv)
    _check_own(options)
    if options.what == "prune" and options.days is None:
        raise ConfigurationError("journal prune: expected --days N")
    if options.what == "export" and options.table is None and options.out is None:
        raise ConfigurationError(f"journal export: expected -o DIR, or --table with one of {', '.join(_TABLES)}")
    return options


def _check_own(options: argparse.Namespace) -> None:
    for what, names in _OWN.items():
        for name in names:
            if what != options.what and getattr(options, name) is not None:
                raise ConfigurationError(f"journal {options.what}: --{name} goes with {what} only")


def needs(options: argparse.Namespace) -> Needs:
    """Return what it needs with these arguments."""
    return Needs()


def _run(options: argparse.Namespace) -> None:
    {"verify": _verify, "export": _export, "prune": _prune}[options.what](options)


def _verify(options: argparse.Namespace) -> None:
    from signage_journal.database import parse_address
    from signage_journal.reading import reading
    from signage_journal.verify import verify

    line = ProgressLine()
    with reading(parse_address(options.journal)) as connection, _cleared(line):
        chains = verify(connection, lambda done, total: line.show(f"{done:,} of {total:,} records verified"))
    for chain in chains:
        pruned = f", those before {chain.first:,} were pruned" if chain.first > 1 else ""
        print(f"{chain.device}: whole up to record {chain.last:,}{pruned}; {chain.digest.hex()}")
    print("nothing is recorded yet" if not chains else "whole")


def _export(options: argparse.Namespace) -> None:
    from signage_journal.database import parse_address
    from signage_journal.export import export
    from signage_journal.reading import reading

    line = ProgressLine()
    names = [options.table] if options.table else _TABLES
    file_format = options.format or _FORMATS[0]
    if options.out is not None:
        _make_folder(options.out)
    with reading(parse_address(options.journal)) as connection, _cleared(line):
        for name in names:
            progress = _progress(line, name)
            if options.out is None:
                sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]  # a text stream
                export(connection, name, file_format, sys.stdout, progress)
                continue
            path = options.out / f"{name}.{file_format}"
            with written_whole(path) as partial:
                partial.touch(0o600)  # rows of single visits, as private as the journal
                with partial.open("w", encoding="utf-8", newline="") as file:
                    count = export(connection, name, file_format, file, progress)
            line.keep(f"{path}: {count:,} rows")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(f"{folder}: expected a folder that can be written to: {error.strerror}") from None


def _progress(line: ProgressLine, name: str) -> Callable[[int], None]:
    return lambda count: line.show(f"{name}: {count:,} rows")


def _prune(options: argparse.Namespace) -> None:
    from signage_journal import database, store

    address = database.parse_address(options.journal)
    database.open_for_reading(address).dispose()  # never begins one
    engine = database.open_for_writing(address)
    now_ns = time.time_ns()
    before_ns = now_ns - options.days * _DAY_S * NS_PER_S
    line, total = ProgressLine(), 0
    with _cleared(line), database.told(address):
        while True:
            with engine.begin() as connection:
                count = store.prune(connection, before_ns, now_ns)
            if not count:
                break
            total += count
            line.show(f"{total:,} records pruned")
    engine.dispose()
    day = datetime.datetime.fromtimestamp(before_ns / NS_PER_S, datetime.timezone.utc)
    print(f"{total:,} records pruned, those recorded before {day:%Y-%m-%d %H:%M} UTC")


@contextlib.contextmanager
def _cleared(line: ProgressLine) -> Iterator[None]:
    """Take the line away in the end, however that comes."""
    try:
        yield
    finally:
        line.clear()


if __name__ == "__main__":
    run_program(lambda: main(sys.argv[1:]))
