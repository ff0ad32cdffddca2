"""A recording that goes on: messages come in at once and are written by a thread of their own."""

from __future__ import annotations

import shutil
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path

from signage_common.errors import SignageError

from signage_bags.bag_writer import BagWriter

FLUSH_S = 0.4
METADATA_EVERY = 25  # flushes: 10 s
MOST_WAITING_BYTES = 256 * 2**20
MB = 1_000_000


def free_bytes(folder: Path) -> int:
    """Return what is free on the disk that holds a folder."""
    return shutil.disk_usage(folder).free


def check_space(folder: Path, min_free_bytes: int, free: Callable[[Path], int] = free_bytes) -> None:
    """Check that a disk has the room that is to stay free.

    Raises:
        SignageError: it has less.
    """
    left = free(folder)
    if left < min_free_bytes:
        raise SignageError(f"{folder}: {left / MB:,.0f} MB are free, {min_free_bytes / MB:,.0f} MB must stay so")


class Recording:
    """Takes messages without delay, writes them every 0.4 s, and ends before the disk is full.

    Attributes:
        problem: why it ended by itself; None while it goes on.
        dropped: messages that were lost since the disk was too slow.
    """

    def __init__(
        self, writer: BagWriter, min_free_bytes: int, free: Callable[[Path], int] = free_bytes, flush_s: float = FLUSH_S
    ) -> None:
        """Begin to write.

        Args:
            writer: of the bag; from now on used by the recording's own thread alone.
            min_free_bytes: what must stay free on the disk.
            free: tells what is free on the disk of a folder, in bytes.
            flush_s: how long a message waits at most until it is in the file.
        """
        self.problem: SignageError | None = None
        self.dropped = 0
        self._writer = writer
        self._min_free_bytes = min_free_bytes
        self._free = free
        self._flush_s = flush_s
        self._tasks: deque[Callable[[], None]] = deque()
        self._put_bytes = 0  # changed by those who put only
        self._written_bytes = 0  # changed by the thread only
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="bag writer", daemon=True)
        self._thread.start()

    @property
    def message_count(self) -> int:
        """Messages that are in the bag."""
        return self._writer.message_count

    @property
    def size_bytes(self) -> int:
        """What the bag's files hold."""
        return self._writer.size_bytes

    def do(self, task: Callable[[BagWriter], None]) -> None:
        """Have something done with the writer, in its thread, before the messages that follow."""
        self._tasks.append(lambda: task(self._writer))

    def put(self, topic: str, log_ns: int, publish_ns: int, data: bytes) -> None:
        """Take a message of a topic that was told of; return at once."""
        if self._put_bytes - self._written_bytes > MOST_WAITING_BYTES:
            self.dropped += 1
            return
        self._put_bytes += len(data)
        self._tasks.append(lambda: self._write(topic, log_ns, publish_ns, data))

    def close(self) -> None:
        """Write what has come, and end the bag."""
        self._ending.set()
        self._thread.join()

    def _write(self, topic: str, log_ns: int, publish_ns: int, data: bytes) -> None:
        self._written_bytes += len(data)
        self._writer.write(topic, log_ns, publish_ns, data)

    def _run(self) -> None:
        flushes = 0
        is_ending = False
        try:
            while not is_ending:
                is_ending = self._ending.wait(self._flush_s)
                check_space(self._writer.folder, self._min_free_bytes, self._free)
                self._do_tasks()
                flushes += 1
                if flushes % METADATA_EVERY == 0:
                    self._writer.write_metadata()
            self._writer.close()
        except SignageError as error:
            self._end_early(error)
        except OSError as error:
            self._writer.abandon()
            self.problem = SignageError(f"{self._writer.folder}: {error.strerror}; the bag holds what came before")

    def _do_tasks(self) -> None:
        for _ in range(len(self._tasks)):
            self._tasks.popleft()()
        self._writer.flush()

    def _end_early(self, reason: SignageError) -> None:
        """End the bag while there is room for its end."""
        try:
            self._do_tasks()
            self._writer.close()
        except OSError as error:
            reason = SignageError(f"{reason}; its end could not be written: {error.strerror}")
        self.problem = SignageError(f"{reason}; the recording has ended, and the bag holds all until now")
