"""What one run of the graph showed: plain records of messages, receipts and loads, all in UTC nanoseconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ad_selector.presence import PresenceEvent
from signage_bridge.playback import PlaybackEvent
from signage_common.stamps import NS_PER_S


@dataclass(frozen=True)
class AnalysedFrame:
    """One FaceArray.

    Attributes:
        stamp_ns: capture of the frame.
        tracks: track numbers of the faces in it.
        fetch_ms: NaN if not measured, as the two that follow.
        classify_ms: 0 if no face was classified.
        dropped: images that came since the last FaceArray and were not analysed.
    """

    stamp_ns: int
    tracks: tuple[int, ...]
    fetch_ms: float
    detect_ms: float
    classify_ms: float
    dropped: int = 0


@dataclass(frozen=True)
class PresenceChange:
    """One Presence message; ``started_ns`` is the capture of the frame that first showed a face of the episode."""

    stamp_ns: int
    started_ns: int
    episode: str
    event: PresenceEvent


@dataclass(frozen=True)
class Selection:
    """One AdSelection; ``arrived_ns`` is 0 for the fallback."""

    episode: str
    creative: str
    fallback: bool
    arrived_ns: int
    captured_ns: int
    decided_ns: int


@dataclass(frozen=True)
class Receipt:
    """One AdSelection as the second WebSocket client received it."""

    episode: str
    fallback: bool
    captured_ns: int
    received_ns: int


@dataclass(frozen=True)
class Play:
    """One AdPlayback; the stamp of STARTED is the first painted frame."""

    stamp_ns: int
    screen: str
    episode: str
    creative: str
    event: PlaybackEvent


@dataclass(frozen=True)
class CaptureCount:
    """How many frames the camera had captured since its start."""

    time_ns: int
    frames: int


@dataclass(frozen=True)
class DetectionCost:
    """How many images had been searched for faces since the start, and the processor time that it took."""

    time_ns: int
    images: int
    cpu_s: float


@dataclass(frozen=True)
class Load:
    """What one program of the graph had used at one moment.

    Attributes:
        cpu_s: processor time since its start.
        rss_mb: resident memory.
        pss_mb: resident memory with shared pages divided among those who share them; None if not read this time.
    """

    cpu_s: float
    rss_mb: float
    pss_mb: float | None = None


@dataclass(frozen=True)
class LoadSample:
    """The loads of all programs of the graph at one moment.

    Attributes:
        loads: by node name.
        outside_s: processor time of what is not counted: ``bench``, ``browser``, and ``machine``, which is everything.
    """

    time_ns: int
    loads: Mapping[str, Load]
    outside_s: Mapping[str, float] = field(default_factory=dict)


@dataclass
class Recording:
    """Everything that was seen from the start of the graph to its end.

    Attributes:
        window_ns: first and last moment of the measurement; what came before is warm-up.
    """

    frames: list[AnalysedFrame] = field(default_factory=list)
    presence: list[PresenceChange] = field(default_factory=list)
    selections: list[Selection] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    plays: list[Play] = field(default_factory=list)
    captured: list[CaptureCount] = field(default_factory=list)
    detections: list[DetectionCost] = field(default_factory=list)
    loads: list[LoadSample] = field(default_factory=list)
    window_ns: tuple[int, int] = (0, 2**63)

    def is_measured(self, time_ns: int) -> bool:
        """Return whether a moment lies in the measurement."""
        return self.window_ns[0] <= time_ns <= self.window_ns[1]

    def measured_loads(self) -> list[LoadSample]:
        """Return the samples of the load that lie in the measurement."""
        return [sample for sample in self.loads if self.is_measured(sample.time_ns)]

    @property
    def measured_s(self) -> float:
        """The length of the measurement, warm-up left out."""
        return (self.window_ns[1] - self.window_ns[0]) / NS_PER_S
