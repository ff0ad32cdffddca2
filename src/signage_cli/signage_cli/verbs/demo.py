"""``./signage demo``: run the graph on the bundled film and tell of every decision."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from signage_common.domains import reserved_domain
from signage_common.entry import run_program
from signage_common.errors import ConfigurationError, SignageError, exit_status_of
from signage_common.home import require, state_folder
from signage_demo.snapshot import check_picture, require_browser

from signage_cli.verbs.arguments import OneLineParser, launch_arguments, positive_seconds
from signage_cli.verbs.needs import Needs, extras_of_graph

if TYPE_CHECKING:
    from signage_demo.events import Event
    from signage_demo.session import Session
    from signage_launch.launch_xml.plan import Plan
    from signage_launch.processes.output import LogFile

_DESCRIPTION = "Run the system on the bundled film, until Ctrl-C; needs no display, camera or browser."
_EPILOG = """examples:
  ./signage demo
  ./signage demo --seconds 30 --snapshot sign.png
  ./signage demo http_port:=8000 rosbridge_port:=9000

It has a ROS domain for itself, which it names, unless ROS_DOMAIN_ID says which."""
_DOMAIN = "ROS_DOMAIN_ID"


def main(argv: Sequence[str]) -> int:
    """Run the verb and return its exit status."""
    options = parse(argv)
    return exit_status_of(lambda: _run(options))


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = OneLineParser("demo", _DESCRIPTION, _EPILOG)
    parser.add_argument("arguments", nargs="*", metavar="name:=value", help="launch arguments, as of ./signage up")
    parser.add_argument("--seconds", type=positive_seconds, metavar="N", help="end after N seconds")
    parser.add_argument(
        "--snapshot", type=_picture, metavar="FILE.png", help="write a picture of the sign with a targeted ad"
    )
    parser.add_argument("--verbose", action="store_true", help="show the nodes' own lines too")
    return parser.parse_intermixed_args(argv)  # launch arguments before and after options


def needs(options: argparse.Namespace) -> Needs:
    """Return what it needs with these arguments.

    Raises:
        ConfigurationError: a launch argument is wrong.
    """
    return Needs(browser=options.snapshot is not None, extras=extras_of_graph(launch_arguments(options.arguments)))


def _picture(text: str) -> Path:
    try:
        check_picture(Path(text))
    except ConfigurationError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return Path(text)


def _run(options: argparse.Namespace) -> int:
    from signage_launch.graph import plan_graph, runnable
    from signage_launch.launch_xml.arguments import parse_given
    from signage_launch.parameter_values import parameter_types
    from signage_launch.preflight import check
    from signage_launch.processes.output import open_log

    from signage_cli.node_checks import NODE_CHECKS, NODE_PARAMS

    browser = require_browser(options.snapshot) if options.snapshot else ""
    given = parse_given(options.arguments)
    if "source" not in given:
        given = {"source": str(require("film", "demo.mp4")), "loop": "true", **given}
    given = {"journal_url": str(state_folder() / "demo.db"), **given}  # apart from what a real sign keeps
    types = parameter_types(NODE_PARAMS.values())
    with _own_domain():
        plan = plan_graph(given, types)
        for line in check(plan, NODE_CHECKS, NODE_PARAMS):
            print(f"warning: {line}", file=sys.stderr)
        with contextlib.closing(open_log("demo.log")) as log:
            return asyncio.run(_demonstrate(runnable(plan, given, types), log, options, browser))


@contextlib.contextmanager
def _own_domain() -> Iterator[None]:
    """Keep the graph apart from others of this machine, such as a sign that runs, unless a domain is chosen."""
    if os.environ.get(_DOMAIN):
        yield
        return
    with reserved_domain() as domain_id:
        os.environ[_DOMAIN] = str(domain_id)
        try:
            yield
        finally:
            del os.environ[_DOMAIN]


async def _demonstrate(plan: Plan, log: LogFile, options: argparse.Namespace, browser: str) -> int:
    from rich.console import Console
    from signage_demo.session import DemoOptions, Session
    from signage_demo.terminal import TerminalReport
    from signage_launch.processes.background import background, finish
    from signage_launch.processes.output import Screen, Tee
    from signage_launch.processes.supervisor import Supervisor

    out = background(sys.stdout)
    report = TerminalReport(Console(file=out))
    report.starting(str(log.path), os.environ[_DOMAIN])
    sink = Tee(Screen(sys.stderr, errors_only=not options.verbose), log)
    wanted = DemoOptions(options.seconds, options.snapshot, browser)
    session = Session(Supervisor(plan, sink), plan.configurations, report, wanted)
    with _listening(plan, session):
        status = await session.run()
    report.say(session.counts.summary())
    finish(out)
    if session.lacks_snapshot:
        raise SignageError(f"{options.snapshot}: no targeted advertisement was shown in time")
    return status


@contextlib.contextmanager
def _listening(plan: Plan, session: Session) -> Iterator[None]:
    """Have the session told of the graph's events."""
    os.environ["ROS_AUTOMATIC_DISCOVERY_RANGE"] = plan.environment["ROS_AUTOMATIC_DISCOVERY_RANGE"]
    from signage_demo.ros_events import EventListener

    loop = asyncio.get_running_loop()

    def take(event: Event) -> None:
        loop.call_soon_threadsafe(session.handle, event)

    listener = EventListener(plan.configurations["device"], take)
    try:
        yield
    finally:
        listener.close()


if __name__ == "__main__":
    run_program(lambda: main(sys.argv[1:]))
