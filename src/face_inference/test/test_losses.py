"""No face of 60 px or more that detection on every frame finds is lost for longer than half a second.

Recorded from 26.5 to 39.5 s of the demo film: three people come and go, one after the other, then one more.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest
from face_inference.boxes import shared_part, shorter_side
from face_inference.idle_gate import IdleGate
from face_inference.images import shrink
from face_inference.networks.detection import Detections
from face_inference.networks.detectors import make_detector
from face_inference.scheduling import FrameSchedule
from face_inference.tracks import FaceState, Tracker
from signage_common.home import signage_home

pytestmark = pytest.mark.replay
FPS = 30.0
SIZE = (1280, 720)
LEAST_PX = 60.0
SAME_PLACE = 0.3
FRAMES = 390
LONGEST_S = 0.5
STILL = np.full((90, 160), 90, np.uint8)


@dataclass
class Loss:
    """How long one face was there without being told of, at the longest, and for how long it was there."""

    longest_s: float = 0.0
    seen_s: float = 0.0
    _since_s: float | None = None

    def update(self, now_s, is_told):
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
                result.setdefault(face.track_id, Loss()).update(now_s, is_told)
    return result


@pytest.fixture(scope="module")
def recorded():
    rows = [[] for _ in range(FRAMES)]
    with (Path(__file__).parent / "streams" / "every-frame.csv").open() as file:
        for row in csv.DictReader(file):
            sides = [float(row[name]) for name in ("left", "top", "right", "bottom", "score")]
            rows[int(row["frame"])].append(sides)
    arrays = [np.array(boxes, np.float32).reshape(-1, 5) for boxes in rows]
    return [Detections(one[:, :4], one[:, 4]) for one in arrays]


def noise_only(_):
    return STILL


class Movement:
    """Thumbnails in which each frame with a detection differs from the last one."""

    def __init__(self, detections):
        self.detections = detections

    def __call__(self, index):
        return np.roll(STILL + np.eye(90, 160, dtype=np.uint8) * 99, 8 * (index % 7), axis=1) if index else STILL


def tell(detections, thumbnail, rate_hz=10.0):
    """Return, frame by frame, the boxes of the last message, and how many frames were analysed."""
    schedule, gate, tracker = FrameSchedule(rate_hz), IdleGate(2.5), Tracker()
    told, boxes, analysed = [], (), 0
    for index, found in enumerate(detections):
        stamp_s = 1 + index / FPS
        if schedule.admits(stamp_s) and gate.admits(stamp_s, lambda index=index: thumbnail(index)):
            boxes = [face.xyxy_px for face in tracker.update(found.xyxy_px, found.scores, stamp_s, SIZE)]
            gate.record(stamp_s, bool(tracker.live_ids))
            analysed += 1
        told.append(boxes)
    return told, analysed


@pytest.mark.parametrize("sees_change", [True, False])
def test_nobody_is_lost_for_half_a_second_whether_a_change_is_noticed_or_not(recorded, sees_change):
    told, analysed = tell(recorded, Movement(recorded) if sees_change else noise_only)
    lost = {number: loss for number, loss in losses(recorded, told).items() if loss.seen_s > 0.5}
    assert len(lost) >= 4
    assert max(loss.longest_s for loss in lost.values()) <= LONGEST_S
    assert analysed <= FRAMES / 3 + 1


def test_a_schedule_that_looks_once_a_second_would_lose_them(recorded):
    told, _ = tell(recorded, noise_only, rate_hz=1.0)
    assert max(loss.longest_s for loss in losses(recorded, told).values()) > LONGEST_S


@pytest.mark.timeout(180)
def test_nobody_is_lost_on_the_film_itself(models_dir):
    """Nine seconds, in which one leaves, two come and go: the node's own choice of frames by the real thumbnails."""
    film = signage_home() / "film" / "demo.mp4"
    if not film.exists():
        pytest.skip(f"{film} is missing: ./signage setup makes it")
    images = list(frames(film, first=360, count=270))
    detector = make_detector("ssd-fast", models_dir, 0.3)
    detections = [detector.detect(image) for image in images]
    told, analysed = tell(detections, lambda index: shrink(images[index]))
    lost = {number: loss for number, loss in losses(detections, told).items() if loss.seen_s > 0.5}
    assert len(lost) >= 2
    assert max(loss.longest_s for loss in lost.values()) <= LONGEST_S
    assert analysed <= len(images) / 3 + 1


def frames(film, first, count):
    video = cv2.VideoCapture(str(film))
    for index in range(first + count):
        image = video.read()[1]
        if index >= first:
            yield image
