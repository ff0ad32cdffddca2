"""Read recordings: bags of ROS 2 in MCAP or sqlite3, whole, without their metadata, or cut off.

`rosbags` reads every bag that was closed. It refuses an MCAP file without its end, as a recorder leaves it that was
killed; there the stream reader of `mcap` goes through the file's records as far as they are whole, in a chunk that is
cut off, too.
"""

from __future__ import annotations

import contextlib
import dataclasses
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol

import yaml
import zstandard
from lz4.frame import LZ4FrameDecompressor  # type: ignore[import-untyped]  # it has no types
from mcap.data_stream import ReadDataStream
from mcap.opcode import Opcode
from mcap.records import Channel as McapChannel
from mcap.records import Chunk, McapRecord, Message, Metadata, Schema
from mcap.stream_reader import StreamReader, breakup_chunk
from rosbags.interfaces import Connection, ConnectionExtRosbag2, MessageDefinitionFormat
from rosbags.rosbag2 import Reader
from rosbags.rosbag2.metadata import dump_qos_v9, parse_qos
from signage_common.errors import ConfigurationError, shown
from signage_common.files import open_file, read_file

SUFFIXES = (".mcap", ".db3")
METADATA = "metadata.yaml"
_MOST_METADATA = 16 * 2**20
_MCAP_MAGIC = b"\x89MCAP0\r\n"
_CHUNK_HEAD = 8 + 8 + 8 + 4  # times of the first and last message, size and CRC of the whole chunk
_DECOMPRESSORS: Mapping[str, Callable[[bytes], bytes]] = {
    "": lambda data: data,
    "zstd": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
    "lz4": lambda data: bytes(LZ4FrameDecompressor().decompress(data)),
}
"""They give what there is of data that is cut off."""
_EXPECTED = "expected a bag: a folder that `./signage record` or `ros2 bag record` wrote, or its .mcap or .db3 file"


class BagError(ConfigurationError):
    """A path is no bag that can be read; the message says which and why."""


@dataclass(frozen=True)
class Channel:
    """One topic of a bag.

    Attributes:
        topic: absolute, such as ``/deeplens1/faces``.
        type_name: such as ``signage_msgs/msg/FaceArray``.
        qos: what its publishers offered, one mapping for each as in ``offered_qos_profiles`` of metadata.yaml.
        definition: of the type and all that it holds, as MCAP has it (``ros2msg``); empty if the bag has none.
    """

    topic: str
    type_name: str
    qos: Sequence[Mapping[str, Any]]
    definition: str


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


class _Storage(Protocol):
    """One file of a bag, or a compressed bag as a whole."""

    channels: dict[int, Channel]
    message_count: int
    start_ns: int
    end_ns: int
    problem: str
    custom_data: dict[str, str]

    def messages(self, ids: Sequence[int]) -> Iterator[tuple[int, int, bytes]]:
        """Yield channel id, log time and data in log order."""

    def close(self) -> None:
        """Release the file."""


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

    def __init__(self, path: Path, storages: Sequence[_Storage], metadata: Mapping[str, Any]) -> None:
        """Join the files of a bag, in the order in which they were written."""
        self.path = path
        self._storages = storages
        filled = [storage for storage in storages if storage.message_count]
        self.message_count = sum(storage.message_count for storage in filled)
        self.start_ns = min((storage.start_ns for storage in filled), default=0)
        self.end_ns = max((storage.end_ns for storage in filled), default=0)
        self.problem = "; ".join(storage.problem for storage in storages if storage.problem)
        self.custom_data = _custom_data(metadata, storages)
        self._joined = _joined_channels(storages, metadata)
        self.channels: Sequence[Channel] = sorted(self._joined.values(), key=lambda each: (each.topic, each.type_name))

    def messages(self, topics: Collection[str] | None = None) -> Iterator[BagMessage]:
        """Yield messages in log order; those of some topics only, where they are given.

        Raises:
            BagError: a part of the bag is damaged.
        """
        for storage in self._storages:
            wanted = {
                number: self._joined[channel.topic, channel.type_name]
                for number, channel in storage.channels.items()
                if topics is None or channel.topic in topics
            }
            with _told(self.path):
                for number, log_ns, data in storage.messages(list(wanted)) if wanted else ():
                    yield BagMessage(wanted[number], log_ns, data)

    def close(self) -> None:
        """Close its files."""
        for storage in self._storages:
            storage.close()

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
    storages: list[_Storage] = []
    try:
        metadata = _read_metadata(path)
        if metadata.get("compression_mode", "").lower() in ("file", "message"):
            storages.append(_WholeStorage(path))
        else:
            storages += [_open_storage(file) for file in _files_of(path, metadata)]
        bag = Bag(path, storages, metadata)
        if not bag.message_count:
            raise BagError(f"{path}: the bag holds no messages{f' ({bag.problem})' if bag.problem else ''}")
    except BaseException:
        for storage in storages:
            storage.close()
        raise
    return bag


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
    told = [Path(str(name)).name for name in metadata.get("relative_file_paths") or ()]
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


def _custom_data(metadata: Mapping[str, Any], storages: Sequence[_Storage]) -> Mapping[str, str]:
    told = metadata.get("custom_data")
    noted = {name: text for storage in storages for name, text in storage.custom_data.items()}
    return {str(name): str(value) for name, value in told.items()} if isinstance(told, dict) and told else noted


def _joined_channels(storages: Sequence[_Storage], metadata: Mapping[str, Any]) -> dict[tuple[str, str], Channel]:
    """Return each topic once, whichever files have it; of the same topic the fullest quality of service counts."""
    joined: dict[tuple[str, str], Channel] = {}
    for channel in (channel for storage in storages for channel in storage.channels.values()):
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
    for each in metadata.get("topics_with_message_count") or ():
        with contextlib.suppress(Exception):  # of a file that anybody may have written: then the bag's own counts
            topic = each["topic_metadata"]
            yield (topic["name"], topic["type"]), dump_qos_v9(parse_qos(topic.get("offered_qos_profiles")))


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    """Have whatever goes wrong while a file is read, which may hold anything, told in one line.

    Raises:
        BagError: something went wrong.
    """
    try:
        yield
    except (BagError, GeneratorExit):
        raise
    except OSError as error:
        raise BagError(f"{error.filename or path}: {error.strerror or error}") from None
    except Exception as error:
        why = " ".join(str(error).split()) or type(error).__name__
        raise BagError(f"{path}: can't be read as a bag: {why}") from None


def _open_storage(file: Path) -> _Storage:
    """Open one file of a bag.

    Raises:
        BagError: it is none.
    """
    with _told(file):
        if file.suffix == ".mcap" and _is_cut_off(file):
            return _CutStorage(file)
        return _WholeStorage(file)


def _is_cut_off(file: Path) -> bool:
    """Return whether an MCAP file lacks its end.

    Raises:
        BagError: it is no MCAP file.
    """
    with open_file(file) as stream:
        begin = stream.read(len(_MCAP_MAGIC))
        if not _MCAP_MAGIC.startswith(begin):
            raise BagError(f"{file}: expected an MCAP file, it begins with {shown(begin.decode('latin-1'))}")
        size = stream.seek(0, 2)
        stream.seek(max(size - len(_MCAP_MAGIC), 0))
        return size < 2 * len(_MCAP_MAGIC) or stream.read() != _MCAP_MAGIC


class _WholeStorage:
    """A file, or a compressed bag, that was closed."""

    def __init__(self, path: Path) -> None:
        self.problem = ""
        self.custom_data: dict[str, str] = {}
        with _told(path):
            if not path.is_dir():
                open_file(path).close()  # what is no ordinary file would be waited for
            self._reader = Reader(path)
            self._reader.open()
            self._connections = {each.id: each for each in self._reader.connections}
            self.channels = {number: _channel_of(each) for number, each in self._connections.items()}
            self.message_count = self._reader.message_count
            self.start_ns, self.end_ns = self._reader.start_time, self._reader.end_time - 1

    def messages(self, ids: Sequence[int]) -> Iterator[tuple[int, int, bytes]]:
        """Yield channel id, log time and data in log order."""
        for connection, log_ns, data in self._reader.messages([self._connections[number] for number in ids]):
            yield connection.id, log_ns, data

    def close(self) -> None:
        """Release the file."""
        if self._reader.is_open:
            self._reader.close()


def _channel_of(connection: Connection) -> Channel:
    qos = connection.ext.offered_qos_profiles if isinstance(connection.ext, ConnectionExtRosbag2) else []
    is_msg = connection.msgdef.format is MessageDefinitionFormat.MSG
    return Channel(connection.topic, connection.msgtype, dump_qos_v9(qos), connection.msgdef.data if is_msg else "")


class _CutStorage:
    """An MCAP file without its end: what is whole in it, record after record."""

    def __init__(self, file: Path) -> None:
        """Go through it once, for what a whole file tells at its end."""
        self._file = file
        self.channels: dict[int, Channel] = {}
        self.custom_data: dict[str, str] = {}
        self.message_count, self.start_ns, self.end_ns = 0, 0, 0
        schemas: dict[int, Schema] = {}
        for record in self._records():
            if isinstance(record, Schema):
                schemas[record.id] = record
            elif isinstance(record, McapChannel):
                self.channels.setdefault(record.id, _channel_of_record(record, schemas.get(record.schema_id)))
            elif isinstance(record, Metadata):
                self.custom_data |= _noted_data(record)
            elif isinstance(record, Message):
                self._count(record.log_time)
        self.problem = f"{file.name} is cut off after {self.message_count:,} messages"

    def _count(self, log_ns: int) -> None:
        self.start_ns = min(self.start_ns, log_ns) if self.message_count else log_ns
        self.end_ns = max(self.end_ns, log_ns)
        self.message_count += 1

    def messages(self, ids: Sequence[int]) -> Iterator[tuple[int, int, bytes]]:
        """Yield channel id, log time and data in log order."""
        for record in self._records():
            if isinstance(record, Message) and record.channel_id in ids:
                yield record.channel_id, record.log_time, record.data

    def close(self) -> None:
        """Do nothing: the file is open only while it is gone through."""

    def _records(self) -> Iterator[McapRecord]:
        """Yield every record in front of the cut, the messages of each chunk in log order."""
        with open_file(self._file) as stream:
            size = stream.seek(0, 2)
            at = stream.seek(0)
            # Behind the last whole record may be anything, and whatever it is taken for ends the reading.
            with contextlib.suppress(Exception):
                for record in StreamReader(stream, emit_chunks=True, record_size_limit=size).records:
                    at = stream.tell()
                    yield from _in_order(breakup_chunk(record, True)) if isinstance(record, Chunk) else (record,)
            stream.seek(at)
            yield from _in_order(_records_of_cut_chunk(stream.read()))


def _in_order(records: Sequence[McapRecord]) -> list[McapRecord]:
    """Return the records of a chunk: what describes messages, then these in log order."""
    messages = [record for record in records if isinstance(record, Message)]
    others = [record for record in records if not isinstance(record, Message)]
    return [*others, *sorted(messages, key=lambda message: message.log_time)]


def _records_of_cut_chunk(data: bytes) -> list[McapRecord]:
    """Return the whole records of a chunk that the file ends within; none of anything else."""
    records: list[McapRecord] = []
    with contextlib.suppress(Exception):  # as above
        rest = BytesIO(data)
        stream = ReadDataStream(rest)
        is_cut_chunk = stream.read1() == Opcode.CHUNK and stream.read8() > len(data) - rest.tell()
        stream.read(_CHUNK_HEAD)
        decompress = _DECOMPRESSORS[stream.read_prefixed_string()]
        stream.read8()
        inner = BytesIO(decompress(rest.read()) if is_cut_chunk else b"")
        for record in StreamReader(inner, skip_magic=True).records:
            records.append(record)
    return records


def _channel_of_record(channel: McapChannel, schema: Schema | None) -> Channel:
    qos = dump_qos_v9(parse_qos(channel.metadata.get("offered_qos_profiles", "")))
    if schema is None:
        return Channel(channel.topic, "", qos, "")
    return Channel(channel.topic, schema.name, qos, schema.data.decode() if schema.encoding == "ros2msg" else "")


def _noted_data(record: Metadata) -> dict[str, str]:
    """Return the custom data in a metadata record of rosbag2, which is that of metadata.yaml."""
    document = yaml.safe_load(record.metadata.get("serialized_metadata", ""))
    information = document.get("rosbag2_bagfile_information", document) if isinstance(document, dict) else {}
    told = information.get("custom_data") if isinstance(information, dict) else None
    return {str(name): str(value) for name, value in told.items()} if isinstance(told, dict) else {}
