"""``./signage decide BAG``: the decisions that a recording leads to, without a clock."""

from __future__ import annotations

import argparse
import datetime
import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from signage_common.entry import run_program
from signage_common.errors import EXIT_FAILED, ConfigurationError, exit_status_of, printable

from signage_cli.verbs.arguments import OneLineParser, output_file
from signage_cli.verbs.needs import Needs

if TYPE_CHECKING:
    from rich.console import Console
    from signage_bags.comparison import Difference
    from signage_bags.decide import Decided
    from signage_bags.decisions import Outcome

_DESCRIPTION = "Decide a recording again, without a clock: the same bag gives the same decisions, to the byte."
_EPILOG = """\
Parameters are those that the bag has recorded, as they changed; the catalogue is the recorded one if it is still there,
else the one that the set-up made. The decisions are compared with those that the bag itself has recorded, if it has.
With --catalog they are what these people would have seen, and what changes from the recorded ones is counted.

exit status: 1 if --against is given and anything differs, other than where a recording begins or ends

examples:
  ./signage decide monday/
  ./signage decide monday/ --json monday.json
  ./signage decide monday/ --against monday.json
  ./signage decide monday/ --catalog summer.yaml"""
_MOST_ROWS = 40
_QUICK_S = 2.0
"""What takes no longer needs no progress."""
_LONGEST = 100
_TELLING = ("event", "campaign", "creative", "estimation", "watchers", "in_sight")
_NUMBERS = ("before", "now", "%", "decisions")


def main(argv: Sequence[str]) -> int:
    """Run the verb and return its exit status."""
    options = parse(argv)
    return exit_status_of(lambda: _run(options), "stopped before the end: nothing was written")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = OneLineParser("decide", _DESCRIPTION, _EPILOG)
    parser.add_argument("bag", type=Path, metavar="BAG", help="a recording: its folder, or one of its files")
    parser.add_argument("--catalog", type=Path, metavar="FILE", help="decide by this catalogue")
    parser.add_argument("--media-root", type=Path, metavar="DIR", help="another folder for the catalogue's creatives")
    parser.add_argument("--device", default="", metavar="NAME", help="whose faces (default: the only device)")
    parser.add_argument("--json", type=output_file, metavar="FILE", help="write decisions and differences")
    parser.add_argument(
        "--against", type=Path, metavar="BAG|FILE", help="compare with what a bag has recorded, or with such a FILE"
    )
    return parser.parse_args(argv)


def needs(options: argparse.Namespace) -> Needs:
    """Return what it needs with these arguments.

    Raises:
        ConfigurationError: there is no such bag.
    """
    for path in (options.bag, options.against):
        if path is not None:
            _require(path)
    return Needs()


def _require(path: Path) -> None:
    try:
        path.stat()
    except FileNotFoundError:
        raise ConfigurationError(f"{path}: no such file or folder; expected a bag") from None
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}; expected a bag") from None


def _run(options: argparse.Namespace) -> int:
    from rich.console import Console
    from signage_bags.decision_files import write_decisions

    _check_output(options)
    began_s = time.monotonic()
    decided = _decide(options)
    took_s = time.monotonic() - began_s
    before = _compared_with(options, decided)
    differences = _differences(options, before, decided)
    if options.json is not None:
        write_decisions(options.json, decided.decisions, differences)
    console = Console(width=None if sys.stdout.isatty() else 160)
    for note in decided.notes:
        print(f"note: {printable(note)}", file=sys.stderr)
    _print_tables(console, before, decided, differences)
    console.print(_summary(decided, took_s), markup=False, highlight=False)
    if before is not None:
        console.print(_verdict(differences), markup=False, highlight=False)
    is_failed = options.against is not None and not all(each.is_edge for each in differences)
    return EXIT_FAILED if is_failed else 0


def _check_output(options: argparse.Namespace) -> None:
    """Check that nothing that is read is written to.

    Raises:
        ConfigurationError: it would be.
    """
    from signage_bags.bag_reader import METADATA, SUFFIXES

    if options.json is None:
        return
    out = options.json.resolve()
    is_read = out in [path.resolve() for path in (options.bag, options.catalog, options.against) if path is not None]
    if is_read or out.name == METADATA or out.suffix in SUFFIXES:
        raise ConfigurationError(f"argument --json: {options.json}: expected a new file, or one of decisions")


def _decide(options: argparse.Namespace) -> Decided:
    from signage_bags.decide import decide_bag
    from signage_common.progress import ProgressLine

    progress, began_s = ProgressLine(), time.monotonic()

    def show(done: int, of: int) -> None:
        if time.monotonic() - began_s > _QUICK_S:
            progress.show(f"deciding: {done:,} of {of:,} messages")

    try:
        return decide_bag(
            options.bag,
            options.catalog,
            options.media_root,
            options.device,
            show,
        )
    finally:
        progress.clear()


def _is_bag(path: Path) -> bool:
    is_folder = os.path.isdir(path)  # noqa: PTH112  it answers for what may not be looked at, too
    return is_folder or path.suffix in (".mcap", ".db3")


def _compared_with(options: argparse.Namespace, decided: Decided) -> Outcome | None:
    """Return what the decisions are compared with; None if there is nothing."""
    from signage_bags.decision_files import read_decisions
    from signage_bags.recorded_run import recorded_outcome

    if options.against is not None and _is_bag(options.against):
        return recorded_outcome(options.against, decided.device)
    if options.against is not None:
        return read_decisions(options.against)
    return decided.recorded if decided.has_ads else None


def _differences(options: argparse.Namespace, before: Outcome | None, decided: Decided) -> Sequence[Difference]:
    from signage_bags.comparison import Circumstances, compare

    if before is None:
        return ()
    circumstances = Circumstances(
        timeline=decided.timeline,
        catalogue=decided.catalogue.digest,
        is_other_catalogue=options.catalog is not None and options.against is None,
        message_difference=decided.difference,
        is_live_run=_is_bag(options.against) if options.against is not None else decided.has_ads,
    )
    return compare(before, decided.decided, circumstances)


def _print_tables(
    console: Console, before: Outcome | None, decided: Decided, differences: Sequence[Difference]
) -> None:
    """Print decisions, shares, and what differs; empty tables are left out."""
    from signage_bags.shares import moves

    made = [
        (_utc(each.stamp_ns), each.estimation, each.campaign or "-", each.creative, each.episode)
        for each in decided.decisions
    ]
    _print(console, "Decisions", ("time (UTC)", "who", "campaign", "creative", "episode"), made)
    _print(console, *_shares(before, decided))
    real = [each for each in differences if not each.is_edge]
    _print(console, "What changes", ("before", "now", "decisions"), moves(real))
    told = [(_utc(each.stamp_ns), each.what, _values(each.before), _values(each.after), each.cause) for each in real]
    _print(console, "Differences", ("time (UTC)", "what", "before", "now", "cause"), told)


def _shares(before: Outcome | None, decided: Decided) -> tuple[str, Sequence[str], Sequence[Sequence[object]]]:
    """Return the table of shares: with what was before, where there is any."""
    from signage_bags.shares import shares

    now = decided.decisions
    if before is None:
        rows = [(each.campaign or "-", each.creative, *_part(each.after, len(now))) for each in shares(None, now)]
        return "Shares", ("campaign", "creative", "decisions", "%"), rows
    compared = [
        (
            each.campaign or "-",
            each.creative,
            *_part(each.before or 0, len(before.decisions)),
            *_part(each.after, len(now)),
        )
        for each in shares(before.decisions, now)
    ]
    return "Shares", ("campaign", "creative", "before", "%", "now", "%"), compared


def _part(count: int, of: int) -> tuple[str, str]:
    return f"{count:,}", f"{100 * count / of:.1f}" if of else "-"


def _values(values: Mapping[str, object] | None) -> str:
    """Return what differs, as far as it fits into a table: the numbers and words that tell most."""
    if values is None:
        return "nothing"
    names = [name for name in _TELLING if name in values] or list(values)
    texts = [f"{name} {values[name]}" for name in names]
    return ", ".join(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..." for text in texts)


def _print(console: Console, title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table, as far as anybody would read it."""
    from rich.table import Table
    from rich.text import Text

    if not rows:
        return
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column, justify="right" if column in _NUMBERS else "left")
    for row in rows[:_MOST_ROWS]:
        table.add_row(*(Text(printable(str(cell))) for cell in row))
    console.print(table)
    if len(rows) > _MOST_ROWS:
        console.print(f"{len(rows) - _MOST_ROWS:,} more; --json FILE has all", markup=False, highlight=False)


def _summary(decided: Decided, took_s: float) -> str:
    rate = decided.duration_s / took_s
    made = f"{_counted(len(decided.decisions), 'decision')} in {_counted(len(decided.episodes), 'episode')}"
    speed = f"decided in {took_s:.1f} s: {rate:,.0f} times as fast"
    return f"{printable(decided.origin)}\n{made}; {decided.images:,} images, {_duration(decided.duration_s)}, {speed}"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _duration(seconds: float) -> str:
    return str(datetime.timedelta(seconds=round(seconds)))


def _verdict(differences: Sequence[Difference]) -> str:
    """Return in one line how the comparison ended."""
    real = sum(not each.is_edge for each in differences)
    edges = len(differences) - real
    at_edges = f"; {edges} more where the recording begins or ends within an episode" if edges else ""
    told = _counted(real, "difference") if real else "the same"
    return f"compared: {told}{at_edges}"


def _utc(stamp_ns: int) -> str:
    return f"{datetime.datetime.fromtimestamp(stamp_ns / 1e9, datetime.timezone.utc):%Y-%m-%d %H:%M:%S.%f}"[:-3]


if __name__ == "__main__":
    run_program(lambda: main(sys.argv[1:]))
