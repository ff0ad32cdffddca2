"""``./signage play BAG``: play a bag into a running system, or start a sign that it plays to."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from signage_bags.params import PlayerParams
from signage_common.entry import run_program
from signage_common.errors import ConfigurationError, exit_status_of
from signage_common.params import specs
from signage_common.progress import ProgressLine

from signage_cli.verbs.arguments import OneLineParser, launch_arguments, number, number_from_0
from signage_cli.verbs.needs import Needs, extras_of_graph

_DESCRIPTION = "Play a bag that ./signage record or ros2 bag record wrote, to its end or until Ctrl-C."
_EPILOG = """examples:
  ./signage play monday                         # faces, to a system that runs with camera:=false perception:=false
  ./signage play monday --sign http_port:=8000  # a sign that shows Monday again, at the time of the bag
  ./signage play camera-bag --topics /cam/image_raw/compressed

What nodes of the running system publish themselves is left out, unless --topics names it."""
_REPLAY_FILE = "replay.launch.xml"
_LAUNCH_ARGUMENT = re.compile(r"\w+:=")
_BOUNDS = {name: spec.bounds for name, (_, spec) in specs(PlayerParams).items()}
_SLOWEST, _FASTEST = _BOUNDS["rate"]
_RATE = number(lambda rate: _SLOWEST <= rate <= _FASTEST, f"a number from {_SLOWEST:g} to {_FASTEST:g}")
_OFFSET = number_from_0("seconds", _BOUNDS["start_offset"][1])


def main(argv: Sequence[str]) -> int:
    """Run the verb and return its exit status."""
    options = parse(argv)
    return exit_status_of(lambda: _run_sign(options) if options.sign else _play(options))


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = OneLineParser("play", _DESCRIPTION, _EPILOG)
    parser.add_argument("bag", nargs="?", metavar="BAG", help="folder of the bag, or its .mcap or .db3 file")
    parser.add_argument("arguments", nargs="*", metavar="name:=value", help="launch arguments, with --sign")
    parser.add_argument("--rate", type=_RATE, default=1.0, metavar="R", help="how many times as fast")
    parser.add_argument("--loop", action="store_true", help="begin again at the end")
    parser.add_argument("--clock", action="store_true", help="publish the bag's time on /clock, for use_sim_time")
    parser.add_argument(
        "--topics", nargs="+", action="extend", default=[], metavar="TOPIC", help="what to play, such as faces"
    )
    parser.add_argument("--start-offset", type=_OFFSET, default=0.0, metavar="S", help="begin S seconds in")
    parser.add_argument("--sign", action="store_true", help="start selector, bridge and page for it, too")
    given = [word for word in argv if _LAUNCH_ARGUMENT.match(word)]  # wherever they stand, behind --topics, too
    options = parser.parse_intermixed_args([word for word in argv if word not in given])
    options.arguments += given
    if options.bag is None:
        parser.error(f"which bag?{' What follows --topics are topics' if options.topics else ''}")
    if options.arguments and not options.sign:
        parser.error(f"{options.arguments[0]}: launch arguments need --sign")
    if any(word.startswith("bag:=") for word in given):
        parser.error(f"the bag is {options.bag} already, and needs no bag:=")
    return options


def needs(options: argparse.Namespace) -> Needs:
    """Return what it needs with these arguments.

    Raises:
        ConfigurationError: a launch argument is wrong.
    """
    return Needs(extras=extras_of_graph(launch_arguments(options.arguments, _REPLAY_FILE)))


def _play(options: argparse.Namespace) -> int:
    from signage_bags.ros_player import play

    values = {
        "bag": options.bag,
        "rate": options.rate,
        "loop": options.loop,
        "clock": options.clock,
        "topics": options.topics or [""],
        "start_offset": options.start_offset,
    }
    return play(values, ProgressLine())


def replay_arguments(options: argparse.Namespace, folder: Path) -> dict[str, str]:
    """Return the launch arguments of a sign for a bag: what is given, and the bag's own device and selection.

    Args:
        options: the command line.
        folder: where a file of the recorded parameters is written.

    Raises:
        ConfigurationError: it is no bag, or holds no faces of one device only, or an argument is wrong.
    """
    import yaml
    from signage_bags.bag_reader import open_bag
    from signage_bags.settings import choosing_params, recorded_params
    from signage_launch.launch_xml.arguments import parse_given

    given = parse_given(options.arguments)
    with open_bag(Path(options.bag)) as bag:
        topics = [channel.topic for channel in bag.channels]
        noted = bag.custom_data.get("device", "")
        catalog = recorded_params(bag.custom_data).get("catalog")
        params = choosing_params(bag.custom_data)
    replay = {
        "bag": str(Path(options.bag).absolute()),
        "rate": str(options.rate),
        "loop": str(options.loop).lower(),
        "start_offset": str(options.start_offset),
        **({"topics": f"[{', '.join(options.topics)}]"} if options.topics else {}),
        **({"catalog": catalog} if isinstance(catalog, str) and os.path.isfile(catalog) else {}),  # noqa: PTH113  any text
    }
    if "device" not in given:
        replay["device"] = _device_of(topics, noted)
    params = {name: value for name, value in params.items() if name not in given}  # else the file would win
    if params:
        replay["params_file"] = str(folder / "recorded.yaml")
        Path(replay["params_file"]).write_text(yaml.safe_dump({"/**/ad_selector": {"ros__parameters": params}}))
    return {**replay, **given}


def _device_of(topics: Sequence[str], noted: str) -> str:
    """Return whose faces a bag holds.

    Raises:
        ConfigurationError: nobody's, or those of several devices.
    """
    devices = sorted({topic.removesuffix("/faces").strip("/") for topic in topics if topic.endswith("/faces")})
    if noted in devices or len(devices) == 1:
        return noted if noted in devices else devices[0]
    if not devices:
        raise ConfigurationError("the bag holds no faces; device:=NAME perception:=true plays images to a sign")
    raise ConfigurationError(f"the bag holds faces of {', '.join(devices)}; choose one with device:=NAME")


def _run_sign(options: argparse.Namespace) -> int:
    from signage_launch.graph import REPLAY_FILE, page_address, plan_graph, runnable
    from signage_launch.parameter_values import parameter_types
    from signage_launch.preflight import check
    from signage_launch.processes.output import Screen, Tee, open_log
    from signage_launch.processes.supervisor import Supervisor

    from signage_cli.node_checks import NODE_CHECKS, NODE_PARAMS

    types = parameter_types(NODE_PARAMS.values())
    with tempfile.TemporaryDirectory(prefix="signage-play-") as folder:
        given = replay_arguments(options, Path(folder))
        plan = plan_graph(given, types, REPLAY_FILE)
        without_effect = check(plan, NODE_CHECKS, NODE_PARAMS)
        with contextlib.closing(open_log("play.log")) as log:
            sink = Tee(Screen(sys.stdout), log)
            address = page_address(plan.configurations)
            sink.write_message("launch", "INFO", f"the sign is at {address}; log file {log.path}")
            for line in without_effect:
                sink.write_message("launch", "WARNING", line)
            return asyncio.run(Supervisor(runnable(plan, given, types, REPLAY_FILE), sink).run())


if __name__ == "__main__":
    run_program(lambda: main(sys.argv[1:]))
