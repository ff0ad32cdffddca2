"""Read recordings: bags of ROS 2 in MCAP or sqlite3, whole, without their metadata, or cut off."""

from __future__ import annotations

import contextlib
import dataclasses
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from rosbags.rosbag2.metadata import dump_qos_v9, parse_qos
from signage_common.files import read_file

from signage_bags.bag_files import MCAP, BagError, BagFile, Channel, WholeFile, noted_texts, open_bag_file, told

__all__ = ["Bag", "BagError", "BagMessage", "Channel", "open_bag"]

SUFFIXES = (MCAP, ".db3")
METADATA = "metadata.yaml"
_MOST_METADATA = 16 * 2**20
_EXPECTED = "expected a bag: a folder that `./signage record` or `ros2 bag record` wrote, or its .mcap or .db3 file"


@dataclass(frozen=True)
class BagMessage:
    """One recorded message.

    Attributes:
        channel: the topic it was heard on.
        log_ns: when it was heard, nanoseconds since the Unix epoch.
        data: the message in CDR, with its encapsulation header.
    """

    channel: Channel
    log_ns: int
    data: bytes


class Bag:
    """A bag that is open for reading; a context manager.

    Attributes:
        path: as it was given.
        channels: the topics, in order of their names; the same topic with two types is two of them.
        start_ns: log time of the first message, nanoseconds since the Unix epoch.
        end_ns: log time of the last message.
        message_count: of all topics, as far as the bag can be read.
        custom_data: what the recorder noted beside the messages.
        problem: empty, or why the bag is cut off; then it reads to the last whole message.
    """

    def __init__(self, path: Path, files: Sequence[BagFile], metadata: Mapping[str, Any]) -> None:
        """Join the files of a bag, in the order in which they were written."""
        self.path = path
        self._files = files
        filled = [file for file in files if file.message_count]
        self.message_count = sum(file.message_count for file in filled)
        self.start_ns = min((file.start_ns for file in filled), default=0)
        self.end_ns = max((file.end_ns for file in filled), default=0)
        self.problem = "; ".join(file.problem for file in files if file.problem)
        self.custom_data = _custom_data(metadata, files)
        self._joined = _joined_channels(files, metadata)
        self.channels: Sequence[Channel] = sorted(self._joined.values(), key=lambda each: (each.topic, each.type_name))

    def messages(self, topics: Collection[str] | None = None) -> Iterator[BagMessage]:
        """Yield messages in log order; those of some topics only, where they are given.

        Raises:
            BagError: a part of the bag is damaged.
        """
        for file in self._files:
            wanted = {
                number: self._joined[channel.topic, channel.type_name]
                for number, channel in file.channels.items()
                if topics is None or channel.topic in topics
            }
            with told(self.path):
                for number, log_ns, data in file.messages(list(wanted)) if wanted else ():
                    yield BagMessage(wanted[number], log_ns, data)

    def close(self) -> None:
        """Close its files."""
        for file in self._files:
            file.close()

    def __enter__(self) -> Bag:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_bag(path: Path | str) -> Bag:
    """Open a bag: its folder, or one of its files.

    Raises:
        BagError: there is none, or nothing in it can be read.
    """
    path = Path(path)
    files: list[BagFile] = []
    try:
        with told(path):
            metadata = _read_metadata(path)
            if _is_compressed_outside(metadata.get("compression_mode")):
                files.append(WholeFile(path))
            else:
                files += [open_bag_file(file) for file in _files_of(path, metadata)]
            bag = Bag(path, files, metadata)
        if not bag.message_count:
            raise BagError(f"{path}: the bag holds no messages{f' ({bag.problem})' if bag.problem else ''}")
    except BaseException:
        for file in files:
            file.close()
        raise
    return bag


def _is_compressed_outside(mode: object) -> bool:
    return isinstance(mode, str) and mode.lower() in ("file", "message")


def _files_of(path: Path, metadata: Mapping[str, Any]) -> list[Path]:
    """Return a bag's files in order: as the metadata has them, then those that it does not know of.

    Raises:
        BagError: there are none, or one is missing.
    """
    if not path.exists():
        raise BagError(f"{path}: no such file or folder; {_EXPECTED}")
    if not path.is_dir():
        if path.suffix not in SUFFIXES:
            raise BagError(f"{path}: {_EXPECTED}")
        return [path]
    found = {file.name: file for file in sorted(path.iterdir(), key=_number_of) if file.suffix in SUFFIXES}
    names = metadata.get("relative_file_paths")
    told = [Path(name).name for name in names if isinstance(name, str)] if isinstance(names, list) else []
    missing = [name for name in told if name not in found]
    if missing:
        raise BagError(f"{path}: {missing[0]} is missing, of which {METADATA} tells")
    if not found:
        is_empty = not any(path.iterdir())
        raise BagError(f"{path}: {'the folder is empty' if is_empty else 'no .mcap or .db3 file in it'}; {_EXPECTED}")
    return [found[name] for name in dict.fromkeys([*told, *found])]


def _number_of(file: Path) -> tuple[int, str]:
    """Order the files of a split bag: ``day_2.mcap`` before ``day_10.mcap``."""
    number = re.search(r"(\d+)$", file.stem)
    return (int(number[1]) if number else -1, file.name)


def _read_metadata(path: Path) -> Mapping[str, Any]:
    """Return what metadata.yaml says about a folder; nothing if it is missing or was not written whole."""
    try:
        document = yaml.safe_load(read_file(path / METADATA, _MOST_METADATA))
    except (OSError, yaml.YAMLError, ValueError):
        return {}
    information = document.get("rosbag2_bagfile_information") if isinstance(document, dict) else None
    return information if isinstance(information, dict) else {}


def _custom_data(metadata: Mapping[str, Any], files: Sequence[BagFile]) -> Mapping[str, str]:
    noted = {name: text for file in files for name, text in file.custom_data.items()}
    return noted_texts(metadata) or noted


def _joined_channels(files: Sequence[BagFile], metadata: Mapping[str, Any]) -> dict[tuple[str, str], Channel]:
    """Return each topic once, whichever files have it; of the same topic the fullest quality of service counts."""
    joined: dict[tuple[str, str], Channel] = {}
    for channel in (channel for file in files for channel in file.channels.values()):
        key = (channel.topic, channel.type_name)
        known = joined.setdefault(key, channel)
        qos = max(known.qos, channel.qos, key=len)
        joined[key] = dataclasses.replace(known, qos=qos, definition=known.definition or channel.definition)
    for key, qos in _told_qos(metadata):
        if key in joined and qos:
            joined[key] = dataclasses.replace(joined[key], qos=qos)
    return joined


def _told_qos(metadata: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], Sequence[Mapping[str, Any]]]]:
    """Yield the quality of service that metadata.yaml has, which knows of publishers that came later, too."""
    topics = metadata.get("topics_with_message_count")
    for each in topics if isinstance(topics, list) else ():
        with contextlib.suppress(Exception):  # of a file that anybody may have written: then the bag's own counts
            topic = each["topic_metadata"]
            yield (topic["name"], topic["type"]), dump_qos_v9(parse_qos(topic.get("offered_qos_profiles")))
