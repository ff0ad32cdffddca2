"""``./signage record``: record what the system says as a bag that ``ros2 bag`` reads, too."""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from signage_bags.params import RecorderParams
from signage_common.entry import run_program
from signage_common.errors import EXIT_FAILED, SignageError, exit_status_of
from signage_common.params import LONGEST_DEVICE, specs
from signage_common.progress import ProgressLine

from signage_cli.verbs.arguments import OneLineParser, number_above_0, whole_number
from signage_cli.verbs.needs import Needs

if TYPE_CHECKING:
    from signage_bags.topics import TopicChoice

_DESCRIPTION = "Record faces, decisions, plays and diagnostics of a running system as a bag (MCAP), until Ctrl-C."
_EPILOG = """examples:
  ./signage record
  ./signage record -o monday --split-minutes 60
  ROS_DOMAIN_ID=3 ./signage record --device lobby      # the domain that ./signage demo names

No picture is recorded unless --images says so. ./signage play plays the bag, ./signage decide decides it anew."""
_DEVICE = re.compile(r"[A-Za-z_]\w*(/[A-Za-z_]\w*)*", re.ASCII)
_LOOK_S = 0.5
_S_PER_MINUTE = 60
_MOST = {name: spec.bounds[1] for name, (_, spec) in specs(RecorderParams).items()}


def main(argv: Sequence[str]) -> int:
    """Run the verb and return its exit status."""
    options = parse(argv)
    return exit_status_of(lambda: _run(options))


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = OneLineParser("record", _DESCRIPTION, _EPILOG)
    parser.add_argument(
        "-o", dest="output", type=_new_folder, metavar="DIR", help="the bag (default: recording-TIME, here)"
    )
    parser.add_argument("--device", type=_device, default="deeplens1", metavar="NAME", help="default: deeplens1")
    parser.add_argument("--images", action="store_true", help="record pictures, too: of the people in front of it")
    parser.add_argument("--all", action="store_true", help="record all topics, pictures only with --images")
    size, minutes = whole_number(1, int(_MOST["split_mb"])), number_above_0("minutes", _MOST["split_minutes"])
    free, seconds = whole_number(0, int(_MOST["min_free_mb"])), number_above_0("seconds", _MOST["seconds"])
    parser.add_argument("--split-mb", type=size, default=0, metavar="N", help="begin a new file at N MB")
    parser.add_argument("--split-minutes", type=minutes, default=0.0, metavar="N", help="or after N minutes")
    parser.add_argument(
        "--min-free-mb", type=free, default=200, metavar="N", help="end before less is free (default: 200)"
    )
    parser.add_argument("--seconds", type=seconds, default=0.0, metavar="N", help="end after N seconds")
    return parser.parse_args(argv)


def needs(options: argparse.Namespace) -> Needs:
    """Return what it needs: what the nodes do."""
    return Needs()


def _new_folder(text: str) -> Path:
    path = Path(text)
    if path.exists() or path.is_symlink():
        raise argparse.ArgumentTypeError(f"{path}: exists already; expected the name of a new folder")
    if not path.absolute().parent.is_dir():
        raise argparse.ArgumentTypeError(f"{path}: its folder does not exist")
    return path


def _device(text: str) -> str:
    name = text.strip("/")
    if not _DEVICE.fullmatch(name) or len(name) > LONGEST_DEVICE:
        raise argparse.ArgumentTypeError(f"expected the name of a device, such as deeplens1, got {text!r}")
    return name


def _run(options: argparse.Namespace) -> int:
    if has_ros2_bag():
        return _run_ros2_bag(options)
    from signage_bags.ros_recorder import record

    values = {
        "output": str(options.output or ""),
        "images": options.images,
        "all": options.all,
        "split_mb": options.split_mb,
        "split_minutes": options.split_minutes,
        "min_free_mb": options.min_free_mb,
        "seconds": options.seconds,
    }
    return record(options.device, values, ProgressLine())


def has_ros2_bag() -> bool:
    """Return whether a ROS 2 Jazzy or Kilted with its own ``ros2 bag`` and its MCAP storage is sourced."""
    from signage_launch.graph import ROS_DISTROS

    if os.environ.get("ROS_DISTRO") not in ROS_DISTROS or shutil.which("ros2") is None:
        return False
    return all(importlib.util.find_spec(name) is not None for name in ("ros2bag", "rosbag2_py"))


def ros2_bag_command(options: argparse.Namespace, folder: Path) -> list[str]:
    """Return the command line of ``ros2 bag record`` that records the same topics."""
    from signage_bags.topics import PICTURE_TYPES, PICTURES_WARNING, TopicChoice

    choice = TopicChoice(options.device, options.images, options.all)
    noted = [f"device={choice.device}", *([f"warning={PICTURES_WARNING}"] if choice.has_images else [])]
    command = ["ros2", "bag", "record", "--storage", "mcap", "--output", str(folder), "--disable-keyboard-controls"]
    command += ["--custom-data", *noted]
    if options.split_mb:
        command += ["--max-bag-size", str(options.split_mb * 1_000_000)]
    if options.split_minutes:
        command += ["--max-bag-duration", str(round(options.split_minutes * _S_PER_MINUTE))]
    return command + _topics_of(choice, PICTURE_TYPES)


def _topics_of(choice: TopicChoice, picture_types: Sequence[str]) -> list[str]:
    if not choice.is_everything:
        return ["--topics", *choice.named]
    return ["--all-topics", *([] if choice.has_images else ["--exclude-topic-types", *picture_types])]


def _run_ros2_bag(options: argparse.Namespace) -> int:
    """Have ROS 2's own recorder record, and end it as ours would end."""
    from signage_bags.recording import MB, check_space
    from signage_bags.ros_recorder import default_folder
    from signage_bags.topics import PICTURES_WARNING

    folder = options.output or Path(default_folder())
    parent = folder.absolute().parent
    check_space(parent, options.min_free_mb * MB)
    if options.images:
        print(f"warning: {PICTURES_WARNING}", file=sys.stderr)
    end_s = time.monotonic() + (options.seconds or float("inf"))
    recorder = subprocess.Popen(ros2_bag_command(options, folder), start_new_session=True)
    try:
        while recorder.poll() is None and time.monotonic() < end_s:
            check_space(parent, options.min_free_mb * MB)
            time.sleep(_LOOK_S)
    except KeyboardInterrupt:
        pass
    except SignageError as error:
        _end(recorder)
        raise SignageError(f"{error}; the recording has ended, and the bag holds all until now") from None
    if recorder.poll() is not None:
        return EXIT_FAILED if recorder.returncode else 0
    _end(recorder)
    return 0


def _end(recorder: subprocess.Popen[bytes]) -> None:
    recorder.send_signal(signal.SIGINT)
    recorder.wait()


if __name__ == "__main__":
    run_program(lambda: main(sys.argv[1:]))
