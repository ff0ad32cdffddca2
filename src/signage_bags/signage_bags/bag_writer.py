"""Write bags of rosbag2 (MCAP) that can be read at any moment, whatever happens to who writes them.

MCAP is written chunk by chunk, each in one call to the system, so that the file ends with a whole chunk between any two
of them. ``metadata.yaml`` is there from the start and always whole. What a closed bag has on top is MCAP's index.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast

import yaml
from mcap.writer import CompressionType, Writer
from signage_common.errors import ConfigurationError, SignageError
from signage_common.files import written_whole

from signage_bags.message_definitions import MessageDefinition

METADATA = "metadata.yaml"
METADATA_VERSION = 9
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


@dataclass(frozen=True)
class SplitLimits:
    """When the next file of a bag begins; 0 for never.

    Attributes:
        size_bytes: of the file.
        duration_ns: from its first message.
    """

    size_bytes: int = 0
    duration_ns: int = 0


@dataclass
class RecordedTopic:
    """One topic of the bag.

    Attributes:
        name: absolute.
        type_name: such as ``signage_msgs/msg/FaceArray``.
        definition: of the type.
        qos: what its publishers offered, as in ``offered_qos_profiles``.
        message_count: so far.
    """

    name: str
    type_name: str
    definition: MessageDefinition
    qos: Sequence[Mapping[str, Any]]
    message_count: int = 0

    def metadata(self) -> dict[str, Any]:
        """Return what metadata.yaml says of it."""
        topic = {"name": self.name, "type": self.type_name, "serialization_format": "cdr"}
        qos = [dict(each) for each in self.qos]
        described = {**topic, "offered_qos_profiles": qos, "type_description_hash": self.definition.type_hash}
        return {"topic_metadata": described, "message_count": self.message_count}


class BagWriter:
    """A bag that is being written.

    Attributes:
        folder: the bag.
        message_count: what is written or about to be.
    """

    def __init__(
        self, folder: Path, custom_data: Mapping[str, str], limits: SplitLimits = SplitLimits(), ros_distro: str = ""
    ) -> None:
        """Begin a bag, open to its owner only.

        Raises:
            ConfigurationError: the folder exists already, or can't be made.
            SignageError: nothing can be written to it; then it is gone again.
        """
        self.folder = folder
        self.message_count = 0
        self._custom_data = dict(custom_data)
        self._limits = limits
        self._ros_distro = ros_distro
        self._topics: dict[str, RecordedTopic] = {}
        _make_folder(folder)
        self._files: list[_McapFile] = []
        try:
            self._begin_file()
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise SignageError(f"{folder}: nothing can be written there: {error.strerror}") from None

    @property
    def size_bytes(self) -> int:
        """What its files hold."""
        return sum(file.stream.size_bytes for file in self._files)

    @property
    def topics(self) -> Mapping[str, RecordedTopic]:
        """The topics by name."""
        return self._topics

    def set_custom_data(self, name: str, text: str) -> None:
        """Note something beside the messages."""
        self._custom_data[name] = text
        self._files[-1].write_metadata(self._metadata())
        self.flush()
        self.write_metadata()

    def set_topic(
        self, name: str, type_name: str, definition: MessageDefinition, qos: Sequence[Mapping[str, Any]]
    ) -> None:
        """Tell of a topic that will be written, or that its publishers have changed."""
        known = self._topics.get(name)
        if known is None:
            self._topics[name] = RecordedTopic(name, type_name, definition, qos)
        else:
            known.qos = qos
        self.write_metadata()

    def write(self, topic: str, log_ns: int, publish_ns: int, data: bytes) -> None:
        """Add a message; it is in the file after the next ``flush``.

        Args:
            topic: one of ``set_topic``.
            log_ns: when it was received, nanoseconds since the Unix epoch.
            publish_ns: when it was published.
            data: in CDR, with its encapsulation header.
        """
        file = self._files[-1]
        if self._is_full(file, log_ns):
            self._end_file()
            file = self._begin_file()
        file.write(self._topics[topic], log_ns, publish_ns, data)
        self._topics[topic].message_count += 1
        self.message_count += 1

    def flush(self) -> None:
        """Hand everything so far to the system, in whole chunks.

        Raises:
            OSError: it can't be written; the file is left as it was after the last chunk that could.
        """
        self._files[-1].flush()

    def close(self) -> None:
        """End the bag: index and counts.

        Raises:
            OSError: they can't be written; what was flushed is there nevertheless.
        """
        try:
            self._files[-1].finish(self._metadata())
        finally:
            self._files[-1].stream.close()
            self.write_metadata()

    def abandon(self) -> None:
        """Leave the bag as it is after something could not be written: whole chunks, no index."""
        self._files[-1].stream.close()
        with contextlib.suppress(OSError):
            self.write_metadata()

    def _is_full(self, file: _McapFile, log_ns: int) -> bool:
        if not file.message_count:
            return False
        size, duration = self._limits.size_bytes, self._limits.duration_ns
        return bool((size and file.stream.tell() >= size) or (duration and log_ns - file.start_ns >= duration))

    def _begin_file(self) -> _McapFile:
        file = _McapFile(self.folder / f"{self.folder.name}_{len(self._files)}.mcap")
        self._files.append(file)
        file.write_metadata(self._metadata())
        file.flush()
        self.write_metadata()
        return file

    def _end_file(self) -> None:
        self._files[-1].finish(self._metadata())
        self._files[-1].stream.close()

    def write_metadata(self) -> None:
        """Write metadata.yaml anew; nobody ever sees it half written.

        Raises:
            OSError: it can't be written; the old one stays.
        """
        text = _yaml({"rosbag2_bagfile_information": self._metadata()})
        with written_whole(self.folder / METADATA) as path:
            path.touch(mode=0o600)
            path.write_text(text)

    def _metadata(self) -> dict[str, Any]:
        """Return what rosbag2 keeps in metadata.yaml, and in the file itself."""
        filled = [file for file in self._files if file.message_count]
        start_ns = min((file.start_ns for file in filled), default=0)
        end_ns = max((file.end_ns for file in filled), default=0)
        return {
            "version": METADATA_VERSION,
            "storage_identifier": "mcap",
            "duration": {"nanoseconds": end_ns - start_ns},
            "starting_time": {"nanoseconds_since_epoch": start_ns},
            "message_count": self.message_count,
            "topics_with_message_count": [topic.metadata() for topic in self._topics.values()],
            "compression_format": "",
            "compression_mode": "",
            "relative_file_paths": [file.path.name for file in self._files],
            "files": [file.metadata() for file in self._files],
            "custom_data": dict(self._custom_data),
            "ros_distro": self._ros_distro,
        }


@dataclass
class _McapFile:
    """One file of a bag."""

    path: Path
    message_count: int = 0
    start_ns: int = 0
    end_ns: int = 0
    channels: dict[str, int] = field(default_factory=dict)
    schemas: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.stream = _ChunkStream(self.path)
        self._writer: Any = Writer(cast(IO[Any], self.stream), compression=CompressionType.ZSTD)  # partly untyped
        self._writer.start(profile="ros2")

    def write(self, topic: RecordedTopic, log_ns: int, publish_ns: int, data: bytes) -> None:
        channel = self.channels.get(topic.name)
        if channel is None:
            channel = self.channels[topic.name] = self._register(topic)
        self._writer.add_message(channel, log_ns, data, publish_ns)
        self.start_ns = min(self.start_ns, log_ns) if self.message_count else log_ns
        self.end_ns = max(self.end_ns, log_ns)
        self.message_count += 1

    def flush(self) -> None:
        self._writer.flush()

    def finish(self, metadata: Mapping[str, Any]) -> None:
        """Write what is left, and the index."""
        self._writer.flush()
        self.write_metadata(metadata)
        self._writer.finish()
        self.stream.flush()

    def write_metadata(self, metadata: Mapping[str, Any]) -> None:
        self._writer.add_metadata("rosbag2", {"serialized_metadata": _yaml(metadata)})

    def metadata(self) -> dict[str, Any]:
        return {
            "path": self.path.name,
            "starting_time": {"nanoseconds_since_epoch": self.start_ns},
            "duration": {"nanoseconds": self.end_ns - self.start_ns},
            "message_count": self.message_count,
        }

    def _register(self, topic: RecordedTopic) -> int:
        schema = self.schemas.get(topic.type_name)
        if schema is None:
            definition = topic.definition
            schema = int(self._writer.register_schema(topic.type_name, definition.encoding, definition.text.encode()))
            self.schemas[topic.type_name] = schema
        qos = _yaml([dict(each) for each in topic.qos])
        told = {"offered_qos_profiles": qos, "topic_type_hash": topic.definition.type_hash}
        return int(self._writer.register_channel(topic.name, "cdr", schema, told))


class _ChunkStream:
    """Where MCAP's writer writes to: what it flushes reaches the file in one go, or not at all."""

    def __init__(self, path: Path) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        self._descriptor: int | None = os.open(path, flags, 0o600)
        self._waiting = bytearray()
        self.size_bytes = 0

    def tell(self) -> int:
        return self.size_bytes + len(self._waiting)

    def write(self, data: bytes) -> int:
        self._waiting += data
        return len(data)

    def flush(self) -> None:
        """Write what waits.

        Raises:
            OSError: not all of it can be written; then nothing of it is in the file.
        """
        data, self._waiting = self._waiting, bytearray()
        written = 0
        try:
            while written < len(data):
                written += os.write(self._fileno(), memoryview(data)[written:])
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(self._fileno(), self.size_bytes)
            raise
        self.size_bytes += written

    def _fileno(self) -> int:
        if self._descriptor is None:
            raise ValueError("the file is closed")
        return self._descriptor

    def close(self) -> None:
        """Have the file on the disk, and close it; a second time changes nothing."""
        if self._descriptor is None:
            return
        with contextlib.suppress(OSError):  # a file system that can't tell
            os.fsync(self._descriptor)
        os.close(self._descriptor)
        self._descriptor = None


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        raise ConfigurationError(f"{folder}: exists already; expected the name of a new folder") from None
    except FileNotFoundError:
        raise ConfigurationError(f"{folder}: its folder does not exist") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ConfigurationError(f"{folder}: can't be made: {reason}") from None


def _yaml(document: object) -> str:
    return str(yaml.dump(document, Dumper=_DUMPER, sort_keys=False, allow_unicode=True))
