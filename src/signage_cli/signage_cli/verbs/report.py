"""``./signage report``: what was shown, who watched and for how long, without telling of any single person."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from signage_common.entry import run_program
from signage_common.errors import exit_status_of

from signage_cli.verbs.arguments import OneLineParser, output_file
from signage_cli.verbs.needs import Needs

FORMATS = ("table", "csv", "json", "html", "openrtb")
_DESCRIPTION = "Tell what was shown, who watched and for how long; figures of fewer than five people are withheld."
_EPILOG = """by: creative, campaign, hour (of the day), day, segment (age and gender), device, screen; or several

examples:
  ./signage report
  ./signage report --by campaign
  ./signage report --from 2026-11-01 --to 2026-12-01 --by day,campaign --format csv -o november.csv
  ./signage report --format html --title "Spring Run, November" -o november.html
  ./signage report --plot november.png
  ./signage report --format openrtb --screens screens.yaml

What every figure means: docs/guide/figures.md"""
_COLUMNS = 160


def main(argv: Sequence[str]) -> int:
    """Run the verb and return its exit status."""
    options = parse(argv)
    return exit_status_of(lambda: _run(options), "stopped before the end: nothing was written")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = OneLineParser("report", _DESCRIPTION, _EPILOG)
    parser.add_argument("--from", dest="start", metavar="T", help="first day or whole hour (default: of the journal)")
    parser.add_argument("--to", dest="end", metavar="T", help="day or whole hour, not included (default: all there is)")
    parser.add_argument("--by", default="", metavar="FIELD,...", help="what to group by (default: the total alone)")
    parser.add_argument("--format", choices=FORMATS, default="table", help="default: table")
    parser.add_argument("--plot", type=_picture, metavar="FILE.png", help="draw the figures as a picture, too")
    parser.add_argument("-o", "--output", type=output_file, metavar="FILE", help="write to a file (default: print it)")
    parser.add_argument("--journal", default="", metavar="FILE|URL", help="default: $SIGNAGE_HOME/journal/journal.db")
    parser.add_argument("--timezone", metavar="NAME", help="of days and hours (default: the machine's)")
    parser.add_argument("--title", default="Audience report", metavar="TEXT", help="of the HTML page")
    parser.add_argument("--screens", type=Path, metavar="FILE", help="OpenRTB: what else to say of the screens (YAML)")
    return parser.parse_args(argv)


def needs(options: argparse.Namespace) -> Needs:
    """Return what it needs with these arguments."""
    return Needs()


def _run(options: argparse.Namespace) -> None:
    from rich.console import Console
    from signage_report.run import ReportOptions, run

    width = None if sys.stdout.isatty() and options.output is None else _COLUMNS
    run(ReportOptions(**vars(options)), Console(width=width))


def _picture(text: str) -> Path:
    path = output_file(text)
    if path.suffix.lower() != ".png":
        raise argparse.ArgumentTypeError(f"{path}: expected a name that ends in .png")
    return path


if __name__ == "__main__":
    run_program(lambda: main(sys.argv[1:]))
