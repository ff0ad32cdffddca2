"""One file of a bag: closed, or cut off.

`rosbags` reads what was closed. It refuses an MCAP file without its end, as a recorder leaves it that was killed; there
the stream reader of `mcap` goes through the file's records as far as they are whole, in a chunk that is cut off, too.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol

import yaml
import zstandard
from lz4.frame import LZ4FrameDecompressor  # type: ignore[import-untyped]  # it has no types
from mcap.data_stream import ReadDataStream
from mcap.opcode import Opcode
from mcap.reader import make_reader
from mcap.records import Channel as McapChannel
from mcap.records import Chunk, McapRecord, Message, Metadata, Schema
from mcap.stream_reader import StreamReader, breakup_chunk
from rosbags.interfaces import Connection, ConnectionExtRosbag2, MessageDefinitionFormat
from rosbags.rosbag2 import Reader
from rosbags.rosbag2.metadata import dump_qos_v9, parse_qos
from signage_common.errors import ConfigurationError, printable, shown
from signage_common.files import open_file

MCAP = ".mcap"
_MAGIC = b"\x89MCAP0\r\n"
_CHUNK_HEAD = 8 + 8 + 8 + 4  # times of the first and last message, size and CRC of the whole chunk
_DECOMPRESSORS: Mapping[str, Callable[[bytes], bytes]] = {
    "": lambda data: data,
    "zstd": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
    "lz4": lambda data: bytes(LZ4FrameDecompressor().decompress(data)),
}
"""They give what there is of data that is cut off."""


class BagError(ConfigurationError):
    """A path is no bag that can be read; the message says which and why."""


@dataclass(frozen=True)
class Channel:
    """One topic of a bag.

    Attributes:
        topic: absolute, such as ``/deeplens1/faces``; as all names, of printable letters only.
        type_name: such as ``signage_msgs/msg/FaceArray``.
        qos: what its publishers offered, one mapping for each as in ``offered_qos_profiles`` of metadata.yaml.
        definition: of the type and all that it holds, as MCAP has it (``ros2msg``); empty if the bag has none.
    """

    topic: str
    type_name: str
    qos: Sequence[Mapping[str, Any]]
    definition: str


class BagFile(Protocol):
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


@contextlib.contextmanager
def told(path: Path) -> Iterator[None]:
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
        why = printable(" ".join(str(error).split())) or type(error).__name__
        raise BagError(f"{path}: can't be read as a bag: {why}") from None


def open_bag_file(file: Path) -> BagFile:
    """Open one file of a bag.

    Raises:
        BagError: it is none.
    """
    with told(file):
        if file.suffix == MCAP and _is_cut_off(file):
            return _CutFile(file)
        return WholeFile(file)


def _is_cut_off(file: Path) -> bool:
    """Return whether an MCAP file lacks its end.

    Raises:
        BagError: it is no MCAP file.
    """
    with open_file(file) as stream:
        begin = stream.read(len(_MAGIC))
        if not _MAGIC.startswith(begin):
            raise BagError(f"{file}: expected an MCAP file, it begins with {shown(begin.decode('latin-1'))}")
        size = stream.seek(0, 2)
        stream.seek(max(size - len(_MAGIC), 0))
        return size < 2 * len(_MAGIC) or stream.read() != _MAGIC


class WholeFile:
    """A file, or a compressed bag, that was closed."""

    def __init__(self, path: Path) -> None:
        self.problem = ""
        self.custom_data: dict[str, str] = {}
        with told(path):
            if not path.is_dir():
                open_file(path).close()  # what is no ordinary file would be waited for
                self.custom_data = _noted_in(path) if path.suffix == MCAP else {}
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
    definition = connection.msgdef.data if is_msg else ""
    return Channel(printable(connection.topic), printable(connection.msgtype), dump_qos_v9(qos), definition)


def _noted_in(file: Path) -> dict[str, str]:
    with open_file(file) as stream:
        return {name: text for each in make_reader(stream).iter_metadata() for name, text in _noted_data(each).items()}


class _CutFile:
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
        return Channel(printable(channel.topic), "", qos, "")
    definition = schema.data.decode() if schema.encoding == "ros2msg" else ""
    return Channel(printable(channel.topic), printable(schema.name), qos, definition)


def _noted_data(record: Metadata) -> dict[str, str]:
    """Return the custom data in a metadata record of rosbag2, which is that of metadata.yaml."""
    document = yaml.safe_load(record.metadata.get("serialized_metadata", ""))
    information = document.get("rosbag2_bagfile_information", document) if isinstance(document, dict) else {}
    return noted_texts(information) if isinstance(information, dict) else {}


def noted_texts(metadata: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts that a recorder noted; lists, which a few lines of YAML can make endless, are none."""
    told = metadata.get("custom_data")
    entries = told.items() if isinstance(told, dict) else ()
    return {str(name): str(text) for name, text in entries if isinstance(text, (str, int, float))}
