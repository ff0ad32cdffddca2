"""For how long faces that detection on every frame finds are not told of."""

from dataclasses import dataclass

from face_inference.boxes import shared_part, shorter_side
from face_inference.tracks import FaceState, Tracker

FPS = 30.0
SIZE = (1280, 720)
LEAST_PX = 60.0
SAME_PLACE = 0.3


@dataclass
class Loss:
    """How long one face was there without being told of, at the longest, and for how long it was there."""

    longest_s: float = 0.0
    seen_s: float = 0.0
    _since_s: float | None = None

    def note(self, now_s, is_told):
        self.seen_s += 1 / FPS
        self._since_s = None if is_told else (now_s if self._since_s is None else self._since_s)
        if self._since_s is not None:
            self.longest_s = max(self.longest_s, now_s + 1 / FPS - self._since_s)


def losses(detections, told):
    """Return the losses by person.

    Args:
        detections: of every frame.
        told: frame by frame, the boxes in the last message; it stays until the next one comes.
    """
    tracker, result = Tracker(), {}
    for index, (found, boxes) in enumerate(zip(detections, told, strict=True)):
        now_s = index / FPS
        for face in tracker.update(found.xyxy_px, found.scores, now_s + 1, SIZE):
            if face.state is FaceState.DETECTED and face.score >= 0.5 and shorter_side(face.xyxy_px) >= LEAST_PX:
                is_told = any(shared_part(face.xyxy_px, box) > SAME_PLACE for box in boxes)
                result.setdefault(face.track_id, Loss()).note(now_s, is_told)
    return result
