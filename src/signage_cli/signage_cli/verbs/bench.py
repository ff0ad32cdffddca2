"""Measure the system, print tables, write JSON."""

from __future__ import annotations

import argparse
import datetime
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from signage_bench.measurement import ALL, BENCHES, Options, benches_named, run_bench
from signage_common.entry import run_program
from signage_common.errors import ConfigurationError, exit_status_of

from signage_cli.verbs.arguments import OneLineParser, number, output_file, whole_number
from signage_cli.verbs.needs import DETECTORS, Needs

MINUTES = 5.0
LONGEST_MINUTES = 24 * 60.0
REPEAT, MOST_REPEATS = 10, 10_000
KILLS, QUICK_KILLS = 1000, 30
HELP = """\
pipeline runs the whole graph on the demo film with a real headless Chromium; SIGNAGE_BROWSER names another one.
detectors runs the paper's ways to find a face and ours on the same photos; its slow ones take some ten minutes.
backends runs each network by MXNet, onnxruntime and OpenCV, which takes some three minutes.
journal offers 500 reports a second to the journal, makes reports of a million plays, and kills journal, bridge and page
(kill -9) at random moments: 1000 times, which takes some 45 minutes, 30 times with --quick.
replay decides a recording of eight hours again, and records the graph on the demo film."""


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = OneLineParser("bench", str(__doc__), HELP)
    parser.add_argument(
        "bench", nargs="?", type=_bench, default=ALL, help=f"{', '.join(BENCHES)}, or all (the default)"
    )
    parser.add_argument(
        "--json", type=output_file, metavar="FILE", help="write the figures with the machine they are from"
    )
    parser.add_argument(
        "--plot",
        type=output_file,
        metavar="FILE.png",
        help="draw the latencies, loads, or times of detectors or backends",
    )
    parser.add_argument(
        "--minutes", type=_minutes, default=MINUTES, metavar="M", help="length of the measurement (default: 5)"
    )
    parser.add_argument(
        "--repeat", type=_repeat, default=REPEAT, metavar="N", help="how often a detector sees each photo (default: 10)"
    )
    parser.add_argument(
        "--kills", type=whole_number(0), metavar="N", help="how often the bench of the journal kills (default: 1000)"
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="leave out the detectors that take seconds a frame; fewer runs of backends, kills, plays and hours",
    )
    return parser.parse_args(argv)


def needs(options: argparse.Namespace) -> Needs:
    """Return what it needs with these arguments."""
    names = benches_named(options.bench)
    return Needs(browser=True, extras=(DETECTORS,) if DETECTORS in names else ())


def _bench(text: str) -> str:
    try:
        benches_named(text)
    except ConfigurationError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def _repeat(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_REPEATS:
        raise argparse.ArgumentTypeError(f"expected a number from 1 to {MOST_REPEATS}, got {text!r}")
    return int(text)


_minutes = number(lambda minutes: 0 < minutes <= LONGEST_MINUTES, "minutes above 0")


def main(argv: Sequence[str]) -> int:
    """Run the benches and return the exit status."""
    arguments = parse(argv)
    return exit_status_of(lambda: _run(arguments), "stopped before the end: nothing was written")


def _run(arguments: argparse.Namespace) -> None:
    """Measure, write and print."""
    from rich.console import Console
    from signage_bench.document import describe_machine, make_document, write_document

    machine = describe_machine(_root(), datetime.datetime.now(datetime.timezone.utc))
    measurements = [run_bench(name, options_of(arguments, name)) for name in benches_named(arguments.bench)]
    if arguments.json is not None:
        write_document(arguments.json, make_document(machine, measurements))
    console = Console()
    for table in (table for measurement in measurements for table in measurement.tables):
        console.print(table)


def options_of(arguments: argparse.Namespace, name: str) -> Options:
    """Return what a bench is told by these arguments."""
    return Options(
        minutes=arguments.minutes,
        plot=plot_file(arguments, name),
        repeat=arguments.repeat,
        quick=arguments.quick,
        kills=arguments.kills if arguments.kills is not None else QUICK_KILLS if arguments.quick else KILLS,
        graph_command=_verb("up"),
        decide_command=_verb("decide"),
        record_command=_verb("record"),
    )


def _verb(name: str) -> tuple[str, ...]:
    """Return the program of a verb, with everything that it needs there already."""
    return sys.executable, "-m", f"signage_cli.verbs.{name}"


def plot_file(arguments: argparse.Namespace, name: str) -> Path | None:
    """Return where a bench draws its picture: with several benches, each into a file of its own."""
    path: Path | None = arguments.plot
    if path is None or arguments.bench == name:
        return path
    return path.with_stem(f"{path.stem}-{name}")


def _root() -> Path:
    return Path(os.environ.get("SIGNAGE_ROOT") or Path(__file__).resolve().parents[3])


if __name__ == "__main__":
    run_program(lambda: main(sys.argv[1:]))
