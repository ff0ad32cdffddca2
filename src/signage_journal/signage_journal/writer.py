"""A thread that writes: all that waits goes into one transaction, and is acknowledged once that is durable."""

from __future__ import annotations

import shutil
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace

from sqlalchemy.engine import Engine
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from signage_journal import database, store
from signage_journal.database import Address
from signage_journal.errors import JournalError, UnusableError
from signage_journal.records import Record
from signage_journal.retention import Retention

MOST_WAITING = 20_000
"""How many records may wait; more are turned away, so that memory does not grow while nothing can be written."""
_MOST_AT_ONCE = 2_000
_GATHER_S = 0.01
"""How long what comes is gathered before it is written: one transaction costs nearly the same for one and for many."""
_PRUNE_EVERY_S = 3_600.0
_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Status:
    """How the writing goes.

    Attributes:
        added: records that were new, since the start.
        known: records that were kept already.
        refused: records that can't be kept.
        pruned: records that were let go.
        is_pruning_held: whether old records stay for now, since the clock may be wrong.
        error: why the last attempt failed; empty if it did not.
        last_error: why one failed last, however long ago.
        failures: how many did.
    """

    added: int = 0
    known: int = 0
    refused: int = 0
    pruned: int = 0
    is_pruning_held: bool = False
    error: str = ""
    last_error: str = ""
    failures: int = 0


@dataclass(frozen=True)
class _Job:
    records: Sequence[Record]
    answer: Future[list[str]]


class Writer:
    """Write what is handed in, in the order in which it comes."""

    def __init__(self, address: Address, retention_days: int, now_ns: Callable[[], int] = time.time_ns) -> None:
        """Open the journal and begin to write; a server that does not answer yet is asked again.

        Args:
            address: where it is.
            retention_days: for how long records are kept; 0 for ever.
            now_ns: the time of day.

        Raises:
            UnusableError: it is not ours, newer, damaged, locked or read-only.
        """
        self.address = address
        self.status = Status()
        self._retention = Retention(retention_days, now_ns)
        self._now_ns = now_ns
        self._engine: Engine | None = None
        self._file: tuple[int, int] | None = None
        try:
            self._open_engine()
        except UnusableError:
            raise
        except JournalError as error:
            self._note(error)
        self._jobs: deque[_Job] = deque()
        self._waiting = 0
        self._is_ending = False
        self._changed = threading.Condition()
        self._prune_at_s = time.monotonic()
        self._is_pruning = False
        self._thread = threading.Thread(target=self._work, name="journal", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """Return how many records wait to be written."""
        return self._waiting

    def submit(self, records: Sequence[Record]) -> Future[list[str]]:
        """Hand in records to be kept; any thread may.

        Returns:
            What holds, once all of them are durable, why each can't be kept, or an empty text; or a JournalError if
            nothing of them was kept.
        """
        job = _Job(records, Future())
        if not records:
            job.answer.set_result([])
            return job.answer
        with self._changed:
            if self._is_ending or self._waiting + len(records) > MOST_WAITING:
                job.answer.set_exception(JournalError("too much waits already" if not self._is_ending else "ending"))
                return job.answer
            self._jobs.append(job)
            self._waiting += len(records)
            self._changed.notify()
        return job.answer

    def close(self) -> None:
        """Write what waits, and end."""
        with self._changed:
            self._is_ending = True
            self._changed.notify()
        self._thread.join()
        self._close_engine()

    def size_mb(self) -> float:
        """Return how large the file of the journal is, MB; 0 on a server."""
        path = self.address.path
        files = [] if path is None else [path, path.with_name(f"{path.name}-wal")]
        return sum(file.stat().st_size for file in files if file.exists()) / _MEGABYTE

    def free_mb(self) -> float | None:
        """Return how much may still be written beside the file, MB; None on a server, or where nobody can tell."""
        path = self.address.path
        try:
            return None if path is None else shutil.disk_usage(path.parent).free / _MEGABYTE
        except OSError:
            return None

    def _work(self) -> None:
        while (jobs := self._next_jobs()) is not None:
            if jobs:
                self._write(jobs)
            elif self._retention.days and time.monotonic() >= self._prune_at_s:
                self._prune()

    def _next_jobs(self) -> list[_Job] | None:
        """Wait for what is to be written: all that waits, or nothing if it is time to prune; None at the end."""
        with self._changed:
            if not self._jobs and not self._is_ending:
                due_s = max(self._prune_at_s - time.monotonic(), 0.0) if self._retention.days else None
                self._changed.wait(due_s)
            if not self._jobs:
                return None if self._is_ending else []
            self._changed.wait_for(lambda: self._is_ending, _GATHER_S)
            jobs: list[_Job] = []
            size = 0
            while self._jobs and (not jobs or size + len(self._jobs[0].records) <= _MOST_AT_ONCE):
                jobs.append(self._jobs.popleft())
                size += len(jobs[-1].records)
            return jobs

    def _write(self, jobs: Sequence[_Job]) -> None:
        """Write some jobs; if one holds what the database does not take, each by itself."""
        try:
            refused = self._keep([record for job in jobs for record in job.records])
        except (DataError, IntegrityError) as error:
            if len(jobs) > 1:
                for job in jobs:
                    self._write([job])
                return
            self._fail(jobs, error)
        except (SQLAlchemyError, JournalError, OSError) as error:
            self._fail(jobs, error)
        else:
            self._answer(jobs, refused)

    def _keep(self, records: Sequence[Record]) -> list[str]:
        with self._open_engine().begin() as connection:
            answers = store.keep(connection, records, self._now_ns())
        status = self.status
        refused = sum(map(bool, answers.refused))
        self.status = replace(
            status,
            added=status.added + answers.added,
            known=status.known + answers.known,
            refused=status.refused + refused,
            error="",
        )
        return answers.refused

    def _answer(self, jobs: Sequence[_Job], refused: list[str]) -> None:
        begin = 0
        for job in jobs:
            self._waiting_less(job)
            job.answer.set_result(refused[begin : begin + len(job.records)])
            begin += len(job.records)

    def _fail(self, jobs: Sequence[_Job], error: Exception) -> None:
        self._note(error)
        for job in jobs:
            self._waiting_less(job)
            job.answer.set_exception(JournalError(self.status.error))

    def _waiting_less(self, job: _Job) -> None:
        with self._changed:
            self._waiting -= len(job.records)

    def _note(self, error: Exception) -> None:
        """Remember what went wrong, and begin anew the next time, from opening on."""
        text = str(error) if isinstance(error, JournalError) else database.reason_of(error)
        self.status = replace(self.status, error=text, last_error=text, failures=self.status.failures + 1)
        self._close_engine()

    def _prune(self) -> None:
        status, count = self.status, 0
        try:
            with self._open_engine().begin() as connection:
                is_held = not self._is_pruning and self._retention.is_held(connection)
                count = 0 if is_held else self._retention.prune(connection)
            self.status = replace(status, pruned=status.pruned + count, is_pruning_held=is_held)
        except (SQLAlchemyError, JournalError, OSError) as error:
            self._note(error)
        self._is_pruning = count > 0  # the next portion follows without another look at the clock
        if count == 0:
            self._prune_at_s = time.monotonic() + _PRUNE_EVERY_S

    def _open_engine(self) -> Engine:
        """Return the open journal.

        Raises:
            JournalError: it can't be opened, or its file was taken away.
        """
        if self._engine is not None and self._file_now() != self._file:
            raise JournalError(f"{self.address}: the file was removed or replaced while the journal was open")
        if self._engine is None:
            self._engine = database.open_for_writing(self.address)
            self._file = self._file_now()
        return self._engine

    def _close_engine(self) -> None:
        engine, self._engine = self._engine, None
        if engine is not None:
            engine.dispose()

    def _file_now(self) -> tuple[int, int] | None:
        if self.address.path is None:
            return None
        try:
            status = self.address.path.stat()
        except OSError:
            return None
        return status.st_dev, status.st_ino


class Backlog:
    """Records for which nobody waits: handed in again until they are kept, the oldest dropped beyond a bound."""

    def __init__(self, writer: Writer, most: int) -> None:
        self.dropped = 0
        self._writer = writer
        self._most = most
        self._records: list[Record] = []
        self._is_sent = False
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._records)

    def add(self, record: Record) -> None:
        """Take in a record, and hand it in unless others are on their way."""
        with self._lock:
            self._records.append(record)
            self._drop()
        self.send()

    def send(self) -> None:
        """Hand in what waits, unless some of it is on its way."""
        with self._lock:
            if self._is_sent or not self._records:
                return
            self._is_sent = True
            records, self._records = self._records, []
        self._writer.submit(records).add_done_callback(lambda answer: self._done(answer, records))

    def _done(self, answer: Future[list[str]], records: list[Record]) -> None:
        with self._lock:
            self._is_sent = False
            if answer.exception() is None:
                return
            self._records = records + self._records
            self._drop()

    def _drop(self) -> None:
        over = max(len(self._records) - self._most, 0)
        self.dropped += over
        del self._records[:over]
