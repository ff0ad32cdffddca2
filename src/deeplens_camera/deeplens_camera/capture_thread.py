"""Read a source in a thread of its own, and open it again whenever it breaks.

OpenCV may block in a read for seconds. So nothing else happens in this thread, and nobody waits for it for long.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from deeplens_camera.errors import BrokenFrameError, SourceEndedError, SourceError
from deeplens_camera.frame import Frame
from deeplens_camera.health import CaptureStatus, FrameCounts, RateMeter, StateChange, StateTracker
from deeplens_camera.pacing import BackOff, Pacer, RateLimit
from deeplens_camera.sources.source import Source

JOIN_S = 1.0
"""How long ``stop`` waits for a read that hangs; the thread is a daemon and ends with the process."""


@dataclass(frozen=True)
class Notice:
    """Something that people should be told once."""

    text: str


@dataclass(frozen=True)
class DroppedFrame:
    """A frame was damaged, and why it counts as damaged."""

    reason: str


CaptureEvent = StateChange | Notice | DroppedFrame


class FrameSink(Protocol):
    """Where frames go to. Called in the capture thread."""

    def is_wanted(self) -> bool:
        """Return whether anybody wants a frame now; if not, it is not even decoded."""

    def publish(self, frame: Frame, captured_ns: int) -> None:
        """Take a frame and the time of its capture in nanoseconds of the Unix epoch.

        Raises:
            BrokenFrameError: the frame is damaged.
        """


class Clock:
    """The time, and waiting for it; a test puts a clock of its own in its place."""

    def monotonic_s(self) -> float:
        """Return seconds that never jump, from any start."""
        return time.monotonic()

    def epoch_ns(self) -> int:
        """Return nanoseconds since the Unix epoch."""
        return time.time_ns()

    def wait(self, stopping: threading.Event, seconds: float) -> None:
        """Wait so long, or until the event is set."""
        stopping.wait(seconds)


class CaptureThread:
    """Feed a sink from a source until stopped.

    What it counts is its own; others get a snapshot by ``status``.
    """

    def __init__(
        self,
        open_source: Callable[[], Source],
        read_fingerprint: Callable[[], object],
        sink: FrameSink,
        report: Callable[[CaptureEvent], None],
        rate_limit: RateLimit,
        back_off: BackOff | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Take what is needed; ``start`` begins.

        Args:
            open_source: opens the source; raises SourceError while it is not there.
            read_fingerprint: tells a changed file from the one that was played to its end.
            sink: gets the frames.
            report: is told what happens, in the capture thread.
            rate_limit: thins the frames out.
            back_off: how long to wait before the source is opened again.
            clock: the time.
        """
        self._open_source = open_source
        self._read_fingerprint = read_fingerprint
        self._sink = sink
        self._report = report
        self._rate_limit = rate_limit
        self._back_off = back_off or BackOff()
        self._clock = clock or Clock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="capture", daemon=True)
        self._lock = threading.Lock()  # over the three that a snapshot is made of
        self._state = StateTracker()
        self._frames = FrameCounts()
        self._rate = RateMeter()

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def stop(self) -> bool:
        """End the thread; return whether it ended in time, which a read that hangs prevents."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(JOIN_S)
        return not self._thread.is_alive()

    def status(self) -> CaptureStatus:
        """Return how it goes at this moment; from any thread."""
        with self._lock:
            state, fps = self._state, self._rate.rate_hz(self._clock.monotonic_s())
            return CaptureStatus(state.state, state.reason, state.reconnects, state.failures, fps, self._frames)

    def _run(self) -> None:
        while not self._stopping.is_set():
            played = self._read_fingerprint()
            try:
                self._play()
            except SourceEndedError as end:
                self._tell(self._ended(str(end)))
                self._wait_for_change(played)
            except SourceError as error:
                change, wait_s = self._failed(str(error))
                self._tell(change)
                self._clock.wait(self._stopping, wait_s)

    def _wait_for_change(self, played: object) -> None:
        while not self._stopping.is_set() and self._read_fingerprint() == played:
            self._clock.wait(self._stopping, self._back_off.limit_s / 10)

    def _play(self) -> None:
        source = self._open_source()
        try:
            pacer = Pacer(source.rate_hz) if source.rate_hz else None
            while not self._stopping.is_set():
                due_s = self._keep_pace(source, pacer) if pacer else None
                if self._stopping.is_set():
                    return
                source.advance()
                self._take_frame(source, self._clock.epoch_ns(), due_s)
        finally:
            source.close()

    def _keep_pace(self, source: Source, pacer: Pacer) -> float:
        """Wait until the next frame is due, and skip those that are too late; return when it was due."""
        step = pacer.next_step(self._clock.monotonic_s())
        if step.wait_s > 0:
            self._clock.wait(self._stopping, step.wait_s)
        for _ in range(step.skip):
            source.advance()
            self._count(skipped_late=1)
        return step.due_s

    def _take_frame(self, source: Source, captured_ns: int, due_s: float | None) -> None:
        if self._stopping.is_set():
            return
        now_s = self._clock.monotonic_s()
        self._tell(self._frame_came(now_s))
        for notice in source.notices():
            self._tell(Notice(notice))
        # A paced frame is judged by its due time: what jitters is the reading of it, not the film.
        if not self._rate_limit.admits(now_s if due_s is None else due_s):
            self._count(skipped_rate=1)
        elif self._sink.is_wanted():
            self._publish(source, captured_ns)

    def _publish(self, source: Source, captured_ns: int) -> None:
        try:
            self._sink.publish(source.frame(), captured_ns)
        except BrokenFrameError as error:
            self._count(broken=1)
            self._tell(DroppedFrame(str(error)))

    def _frame_came(self, now_s: float) -> StateChange | None:
        with self._lock:
            self._frames = self._frames.plus(captured=1)
            self._rate.count(now_s)
            return self._state.frame_came()

    def _failed(self, reason: str) -> tuple[StateChange | None, float]:
        """Take in a failure; return the change that it is, if any, and how long to wait before the next attempt."""
        with self._lock:
            return self._state.failed(reason), self._back_off.wait_s(self._state.failures)

    def _ended(self, reason: str) -> StateChange | None:
        with self._lock:
            return self._state.ended(reason)

    def _count(self, **more: int) -> None:
        with self._lock:
            self._frames = self._frames.plus(**more)

    def _tell(self, event: CaptureEvent | None) -> None:
        if event is not None and not self._stopping.is_set():
            self._report(event)
