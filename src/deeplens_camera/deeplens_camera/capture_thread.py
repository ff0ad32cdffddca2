"""Read a source in a thread of its own, and open it again whenever it breaks.

OpenCV may block in a read for seconds. So nothing else happens in this thread, and nobody waits for it for long.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

from deeplens_camera.errors import BrokenPictureError, SourceEndedError, SourceError
from deeplens_camera.pacing import Pacer, RateLimit
from deeplens_camera.picture import Picture
from deeplens_camera.reconnect import BackOff
from deeplens_camera.sources.source import Source
from deeplens_camera.state import StateChange, StateKeeper
from deeplens_camera.statistics import Counters, RateMeter

JOIN_S = 1.0
"""How long ``stop`` waits for a read that hangs; the thread is a daemon and ends with the process."""


class Audience(Protocol):
    """Who gets the pictures and is told what happens. Called in the capture thread."""

    def is_listening(self) -> bool:
        """Say whether a picture is wanted now."""

    def show(self, picture: Picture, captured_ns: int) -> None:
        """Take a picture and the time of its capture in nanoseconds of the Unix epoch.

        Raises:
            BrokenPictureError: the picture is damaged.
        """

    def tell_change(self, change: StateChange) -> None:
        """Take a change of the source's state."""

    def tell_notice(self, notice: str) -> None:
        """Take something that people should be told once."""

    def tell_broken(self, reason: str) -> None:
        """Take why a frame was dropped."""


class CaptureThread:
    """Feed an audience from a source until stopped."""

    def __init__(
        self,
        open_source: Callable[[], Source],
        read_fingerprint: Callable[[], object],
        audience: Audience,
        rate_limit: RateLimit,
        back_off: BackOff,
    ) -> None:
        """Take what is needed; ``start`` begins.

        Args:
            open_source: opens the source; raises SourceError while it is not there.
            read_fingerprint: tells a changed file from the one that was played to its end.
            audience: gets the pictures.
            rate_limit: thins them out.
            back_off: how long to wait before the source is opened again.
        """
        self._open_source = open_source
        self._read_fingerprint = read_fingerprint
        self._audience = audience
        self._rate_limit = rate_limit
        self._back_off = back_off
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="capture", daemon=True)
        self.keeper = StateKeeper()
        self.counters = Counters()
        self.rate = RateMeter()

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def stop(self) -> bool:
        """End the thread; return whether it ended in time, which a read that hangs prevents."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(JOIN_S)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            played = self._read_fingerprint()
            try:
                self._play()
            except SourceEndedError as end:
                self._tell(self.keeper.ended(str(end)))
                self._wait_for_change(played)
            except SourceError as error:
                self._tell(self.keeper.failed(str(error)))
                self._stopping.wait(self._back_off.wait_s(self.keeper.failures))

    def _wait_for_change(self, played: object) -> None:
        while not self._stopping.wait(self._back_off.limit_s / 10) and self._read_fingerprint() == played:
            pass

    def _play(self) -> None:
        source = self._open_source()
        try:
            pacer = Pacer(source.rate_hz) if source.rate_hz else None
            while not self._stopping.is_set():
                due_s = self._keep_pace(source, pacer) if pacer else None
                if self._stopping.is_set():
                    return
                source.advance()
                self._take_frame(source, time.time_ns(), due_s)
        finally:
            source.close()

    def _keep_pace(self, source: Source, pacer: Pacer) -> float:
        """Wait until the next frame is due, and skip those that are too late; return when it was due."""
        step = pacer.next_step(time.monotonic())
        if step.wait_s > 0:
            self._stopping.wait(step.wait_s)
        for _ in range(step.skip):
            source.advance()
        self.counters.skipped_late += step.skip
        return step.due_s

    def _take_frame(self, source: Source, captured_ns: int, due_s: float | None) -> None:
        if self._stopping.is_set():
            return
        now_s = time.monotonic()
        self.counters.captured += 1
        self.rate.count(now_s)
        self._tell(self.keeper.frame_came())
        for notice in source.notices():
            self._audience.tell_notice(notice)
        # A paced frame is judged by its due time: what jitters is the reading of it, not the film.
        if not self._rate_limit.admits(now_s if due_s is None else due_s):
            self.counters.skipped_rate += 1
        elif self._audience.is_listening():
            self._show(source, captured_ns)

    def _show(self, source: Source, captured_ns: int) -> None:
        try:
            self._audience.show(source.picture(), captured_ns)
        except BrokenPictureError as error:
            self.counters.broken += 1
            self._audience.tell_broken(str(error))

    def _tell(self, change: StateChange | None) -> None:
        if change is not None and not self._stopping.is_set():
            self._audience.tell_change(change)
