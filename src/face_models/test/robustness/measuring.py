"""How many faces are still found in degraded images, and how far the estimates of them move."""

from dataclasses import dataclass

import numpy as np
from face_models.samples.photos import match_boxes


@dataclass(frozen=True)
class Robustness:
    """What one degradation does to the photos.

    Attributes:
        truth: faces that there are.
        found: of these.
        false_alarms: boxes on no face.
        age_years: how far each found face's age moved: float64 (n,).
        male: how far its probability of male moved: float64 (n,).
        gender_flips: faces of which the other gender is likelier than before.
    """

    truth: int
    found: int
    false_alarms: int
    age_years: np.ndarray
    male: np.ndarray
    gender_flips: int


class Estimator:
    """Finds faces and estimates as the node does with its defaults."""

    def __init__(self, detector, classifier, start_score):
        self._detector, self._classifier, self._start_score = detector, classifier, start_score

    def find(self, image_bgr):
        """Return the boxes that start a track, float32 (n, 4)."""
        found = self._detector.detect(image_bgr)
        return found.xyxy_px[found.scores >= self._start_score]

    def estimate(self, labelled):
        """Return for each face its age and probability of male, NaN where it is not found, and the false alarms."""
        boxes = self.find(labelled.image_bgr)
        pairs = match_boxes(seen_part(labelled), boxes)
        estimates = np.full((len(labelled.faces_px), 2), np.nan)
        for face, box in pairs.items():
            one = self._classifier.estimate(labelled.image_bgr, boxes[box : box + 1])
            estimates[face] = one.age_years[0], one.male_probability[0]
        return estimates, len(boxes) - len(pairs)


def seen_part(labelled):
    """Return the boxes of the faces, cut at the border of the image."""
    height, width = labelled.image_bgr.shape[:2]
    return np.clip(labelled.faces_px, 0, np.array([width, height, width, height], np.float32))


def measure(estimator, photos, degrade):
    """Compare degraded photos with the photos as they are; of faces that left the frame in part nothing is asked."""
    plain = np.concatenate([estimator.estimate(photo)[0] for photo in photos])
    degraded = [degrade(photo) for photo in photos]
    answers = [estimator.estimate(photo) for photo in degraded]
    degraded_estimates = np.concatenate([answer for answer, _ in answers])
    asked = np.concatenate([(seen_part(photo) == photo.faces_px).all(axis=1) for photo in degraded])
    found = asked & np.isfinite(degraded_estimates).all(axis=1)
    both = found & np.isfinite(plain).all(axis=1)
    moved = np.abs(degraded_estimates[both] - plain[both])
    gender_flips = int(((degraded_estimates[both, 1] >= 0.5) != (plain[both, 1] >= 0.5)).sum())
    false_alarms = sum(more for _, more in answers)
    return Robustness(int(asked.sum()), int(found.sum()), false_alarms, moved[:, 0], moved[:, 1], gender_flips)
