"""No face of 60 px or more that detection on every frame finds is lost for longer than half a second.

Recorded from 26.5 to 39.5 s of the demo film: three people come and go, one after the other, then one more.
"""

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest
from face_inference.images import shrink
from face_inference.networks.detection import Detections
from face_inference.networks.detectors import make_detector
from face_inference.scheduling import FrameSchedule
from face_inference.tracks import Tracker
from face_inference.vigilance import Vigilance
from losses import FPS, SIZE, losses
from signage_common.home import signage_home

pytestmark = pytest.mark.replay
FRAMES = 390
LONGEST_S = 0.5
STILL = np.full((90, 160), 90, np.uint8)


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
    schedule, vigilance, tracker = FrameSchedule(rate_hz), Vigilance(2.5), Tracker()
    told, boxes, analysed = [], (), 0
    for index, found in enumerate(detections):
        stamp_s = 1 + index / FPS
        if schedule.wants(stamp_s) and vigilance.wants(stamp_s, lambda index=index: thumbnail(index)):
            boxes = [face.xyxy_px for face in tracker.update(found.xyxy_px, found.scores, stamp_s, SIZE)]
            vigilance.note(stamp_s, bool(tracker.live_ids))
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
    film = signage_home() / "film" / "demo.webm"
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
