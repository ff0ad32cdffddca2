"""Read a source in a thread of its own, and open it again whenever it breaks.

OpenCV may block in a read for seconds. So nothing else happens in this thread, and nobody waits for it for long.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from deeplens_camera.errors import DAMAGES, LOSSES, SourceEndedError, reason_of
from deeplens_camera.frame import Frame
from deeplens_camera.health import (
    STILL_HZ,
    WINDOW_S,
    CaptureStatus,
    FrameCounts,
    RateMeter,
    StateChange,
    StateTracker,
)
from deeplens_camera.pacing import BackOff, Pacer, RateLimit
from deeplens_camera.params import CameraParams
from deeplens_camera.sources.source import Source

JOIN_S = 1.0
"""How long ``stop`` waits for a read that hangs; the thread is a daemon and ends with the process."""
LONGEST_NAP_S = 0.5
"""How long a change of the parameters may go unnoticed while the next frame is waited for."""


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
        open_source: Callable[[CameraParams], Source],
        read_fingerprint: Callable[[], object],
        sink: FrameSink,
        report: Callable[[CaptureEvent], None],
        params: CameraParams,
        back_off: BackOff | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Take what is needed; ``start`` begins.

        Args:
            open_source: opens the source; raises one of LOSSES while it is not there.
            read_fingerprint: tells a changed file from the one that was played to its end.
            sink: gets the frames.
            report: is told what happens, in the capture thread.
            params: rate, and what sources ask for.
            back_off: how long to wait before the source is opened again.
            clock: the time.
        """
        self._open_source = open_source
        self._read_fingerprint = read_fingerprint
        self._sink = sink
        self._report = report
        self._params = params
        self._rate_limit = RateLimit(params.fps)
        self._back_off = back_off or BackOff()
        self._clock = clock or Clock()
        self._attempts = 0
        self._first_frame_s: float | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="capture", daemon=True)
        self._lock = threading.Lock()  # over the three that a snapshot is made of
        self._state = StateTracker()
        self._frames = FrameCounts()
        self._rate = RateMeter(_window_s(params))

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def stop(self) -> bool:
        """End the thread; return whether it ended in time, which a read that hangs prevents.

        The thread itself may call it, too, when an error that nobody foresaw ends all.
        """
        self._stopping.set()
        if self._thread.ident is not None and self._thread is not threading.current_thread():
            self._thread.join(JOIN_S)
        return not self._thread.is_alive()

    def configure(self, params: CameraParams) -> None:
        """Go on with other parameters, as far as the source can without being opened again; from any thread."""
        self._params = params

    def status(self) -> CaptureStatus:
        """Return how it goes at this moment; from any thread."""
        with self._lock:
            state, fps = self._state, self._rate.rate_hz(self._clock.monotonic_s())
            still_hz = min(STILL_HZ, self._params.fps / 2 or STILL_HZ)
            return CaptureStatus(
                state.state, state.reason, state.reconnects, state.failures, fps, self._frames, still_hz
            )

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                self._play_once()
        except Exception as error:
            with self._lock:
                change = self._state.broke_down(f"unexpected {type(error).__name__}")
            self._tell(change)
            raise

    def _play_once(self) -> None:
        try:
            played = self._read_fingerprint()
            try:
                self._play()
            except SourceEndedError as end:
                self._tell(self._ended(str(end)))
                self._wait_for_change(played)
        except LOSSES as error:
            change, wait_s = self._failed(reason_of(error))
            self._tell(change)
            self._clock.wait(self._stopping, wait_s)

    def _wait_for_change(self, played: object) -> None:
        """Wait until there is something else to show, or the same again is asked for."""
        while not self._stopping.is_set() and not self._params.loop and self._read_fingerprint() == played:
            self._clock.wait(self._stopping, self._back_off.limit_s / 10)

    def _play(self) -> None:
        params, self._first_frame_s = self._params, None
        source = self._open_source(params)
        try:
            pacer = Pacer(source.rate_hz) if source.rate_hz else None
            while not self._stopping.is_set():
                if params is not self._params:
                    params = self._params
                    pacer = self._adjust(source, params, pacer)
                due_s = self._keep_pace(source, pacer, params) if pacer else None
                if self._stopping.is_set():
                    return
                source.advance()
                self._take_frame(source, self._clock.epoch_ns(), due_s)
        finally:
            source.close()

    def _adjust(self, source: Source, params: CameraParams, pacer: Pacer | None) -> Pacer | None:
        """Take new parameters over; return what paces the source from now on."""
        before_hz = source.rate_hz
        source.configure(params)
        self._rate_limit = RateLimit(params.fps)
        with self._lock:
            self._rate.window_s = _window_s(params)
        return pacer if source.rate_hz == before_hz or source.rate_hz is None else Pacer(source.rate_hz)

    def _keep_pace(self, source: Source, pacer: Pacer, params: CameraParams) -> float:
        """Wait until the next frame is due, and skip those that are too late; return when it was due.

        Other parameters end the wait: the frame may be due earlier now.
        """
        step = pacer.next_step(self._clock.monotonic_s())
        wait_s = step.wait_s
        while wait_s > 0 and not self._stopping.is_set() and params is self._params:
            self._clock.wait(self._stopping, min(wait_s, LONGEST_NAP_S))
            wait_s = step.due_s - self._clock.monotonic_s()
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
        except DAMAGES as error:
            self._count(broken=1, broken_in_a_row=1)
            self._tell(DroppedFrame(reason_of(error)))
        else:
            with self._lock:
                self._frames = self._frames.after_good()

    def _frame_came(self, now_s: float) -> StateChange | None:
        if self._first_frame_s is None:
            self._first_frame_s = now_s
        with self._lock:
            self._frames = self._frames.plus(captured=1)
            self._rate.count(now_s)
            return self._state.frame_came()

    def _failed(self, reason: str) -> tuple[StateChange | None, float]:
        """Take in a failure; return the change that it is, if any, and how long to wait before the next attempt.

        The waits start over once a source has run for longer than the longest of them: one that gives a frame and
        breaks is not hammered either.
        """
        now_s = self._clock.monotonic_s()
        ran_s = 0.0 if self._first_frame_s is None else now_s - self._first_frame_s
        self._attempts = 1 if ran_s > self._back_off.limit_s else self._attempts + 1
        with self._lock:
            return self._state.failed(reason), self._back_off.wait_s(self._attempts)

    def _ended(self, reason: str) -> StateChange | None:
        with self._lock:
            return self._state.ended(reason)

    def _count(self, **more: int) -> None:
        with self._lock:
            self._frames = self._frames.plus(**more)

    def _tell(self, event: CaptureEvent | None) -> None:
        if event is not None and not self._stopping.is_set():
            self._report(event)


def _window_s(params: CameraParams) -> float:
    """Return how far back the rate of a source is measured: over some frames, however few are asked for."""
    return max(WINDOW_S, 3 / params.fps) if params.fps else WINDOW_S
