"""``./signage up``: run the graph with launch arguments until it is told to end."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import sys
from collections.abc import Sequence

from signage_common.entry import run_program
from signage_common.errors import exit_status_of

from signage_cli.verbs.arguments import OneLineParser, launch_arguments
from signage_cli.verbs.needs import Needs, extras_of_graph

_EPILOG = """examples:
  ./signage up source:=/dev/video0
  ./signage up source:=photos/ catalog:=ads.yaml http_port:=8000
  ./signage up --show-args"""


def main(argv: Sequence[str]) -> int:
    """Run the verb and return its exit status."""
    options = parse(argv)
    return exit_status_of(lambda: _show_arguments() if options.show_args else _run(options.arguments))


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = OneLineParser("up", "Run the system on a camera, a film or photos, until Ctrl-C.", _EPILOG)
    parser.add_argument("arguments", nargs="*", metavar="name:=value", help="launch arguments")
    parser.add_argument("-s", "--show-args", action="store_true", help="list the launch arguments and end")
    return parser.parse_intermixed_args(argv)  # launch arguments before and after options


def needs(options: argparse.Namespace) -> Needs:
    """Return what it needs with these arguments.

    Raises:
        ConfigurationError: a launch argument is wrong.
    """
    return Needs(extras=extras_of_graph(launch_arguments(options.arguments)))


def _show_arguments() -> int:
    from signage_launch.graph import launch_file
    from signage_launch.launch_xml.arguments import declared_arguments, format_arguments

    print(format_arguments(declared_arguments(launch_file(), os.environ)))
    return 0


def _run(words: Sequence[str]) -> int:
    from signage_launch.graph import page_address, plan_graph, runnable
    from signage_launch.launch_xml.arguments import parse_given
    from signage_launch.parameter_values import parameter_types
    from signage_launch.preflight import check
    from signage_launch.processes.output import Screen, Tee, open_log
    from signage_launch.processes.supervisor import Supervisor

    from signage_cli.node_checks import NODE_CHECKS, NODE_PARAMS

    given, types = parse_given(words), parameter_types(NODE_PARAMS.values())
    plan = plan_graph(given, types)
    without_effect = check(plan, NODE_CHECKS, NODE_PARAMS)
    with contextlib.closing(open_log("up.log")) as log:
        sink = Tee(Screen(sys.stdout), log)
        sink.write_message(
            "launch", "INFO", f"the sign will be at {page_address(plan.configurations)}; log file {log.path}"
        )
        for line in without_effect:
            sink.write_message("launch", "WARNING", line)
        return asyncio.run(Supervisor(runnable(plan, given, types), sink).run())


if __name__ == "__main__":
    run_program(lambda: main(sys.argv[1:]))
