"""Which detectors are compared, at which sizes, and what the paper said of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Size = tuple[int, int]
SIZES: Sequence[Size] = ((640, 480), (1280, 720))
LARGEST: Size = (1280, 720)


@dataclass(frozen=True)
class DetectorCase:
    """A detector that is measured.

    Attributes:
        name: the detector's, as in ``detector:=NAME``.
        backend: the library that does the arithmetic.
        expected_s: seconds a frame of the largest size about takes, to tell how long the whole will take.
        grows_with_size: whether it takes longer for larger frames; the converted networks scale each to their input.
        needs_mb: memory that it about needs for the largest frames, where that is much.
        is_slow: whether a frame takes seconds, so that each is shown once.
    """

    name: str
    backend: str
    expected_s: float
    grows_with_size: bool = True
    needs_mb: int = 300
    is_slow: bool = False

    def expected_frame_s(self, size: Size) -> float:
        """Return the seconds that a frame of this size about takes."""
        return self.expected_s * (size[0] * size[1] / (LARGEST[0] * LARGEST[1]) if self.grows_with_size else 1)


DETECTOR_CASES: Sequence[DetectorCase] = (
    DetectorCase("ssd", "mxnet", 0.05, grows_with_size=False),
    DetectorCase("ssd-fast", "mxnet", 0.02, grows_with_size=False),
    DetectorCase("tiny", "mxnet", 0.01, grows_with_size=False),
    DetectorCase("haar", "opencv", 0.8),
    DetectorCase("dlib", "dlib", 0.12),
    DetectorCase("dlib-cnn", "dlib", 7.0, needs_mb=1300, is_slow=True),
    DetectorCase("face_recognition", "dlib", 0.5),
    DetectorCase("face_recognition-cnn", "dlib", 30.0, needs_mb=4000, is_slow=True),
)


@dataclass(frozen=True)
class PaperResult:
    """A bar of the paper's Chart 1: seconds a frame, from and to.

    Attributes:
        method: what the paper calls it.
        detector: ours that works the same way.
        from_s: the lower end.
        to_s: the upper end.
    """

    method: str
    detector: str
    from_s: float
    to_s: float


PAPER_HARDWARE = "AWS DeepLens"
PAPER_RESULTS: Sequence[PaperResult] = (
    PaperResult("deeplens-face-detection (MXNet SSD)", "ssd", 0.2, 0.3),
    PaperResult("dlib", "dlib", 4.0, 5.0),
    PaperResult("face_recognition", "face_recognition", 10.0, 11.0),
    PaperResult("OpenCV cascade", "haar", 13.0, 14.0),
)
