"""What the analysis of one image gives: its faces and the times it took."""

from __future__ import annotations

from dataclasses import dataclass

from signage_common.demographics import Demographics

from face_inference.boxes import Box
from face_inference.tracks import FaceState


@dataclass(frozen=True)
class Face:
    """One face of one image.

    Attributes:
        track_id: the same number for the same face in successive images.
        state: detected in this image, or predicted because the detector missed it.
        xyxy_px: its box, inside the image.
        score: the detector's score in [0, 1] at the last detection; None if unknown.
        estimate: from this image alone; unknown if it gave none.
        fused: from all images of the track so far; unknown while the system abstains.
        attention: how surely the face is turned to the screen, in [0, 1]; None if not estimated.
    """

    track_id: int
    state: FaceState
    xyxy_px: Box
    score: float | None = None
    estimate: Demographics = Demographics()  # noqa: RUF009
    fused: Demographics = Demographics()  # noqa: RUF009
    attention: float | None = None


@dataclass(frozen=True)
class Analysis:
    """One analysed image.

    Attributes:
        stamp_s: time of capture.
        size_px: width and height of the image.
        faces: in order of track id.
        detect_ms: time to find the faces.
        detect_cpu_ms: processor time that this took, of all threads.
        classify_ms: time to estimate gender and age of those that were classified; 0 if none was.
    """

    stamp_s: float
    size_px: tuple[int, int]
    faces: tuple[Face, ...]
    detect_ms: float
    detect_cpu_ms: float
    classify_ms: float
