"""How many faces are still found in changed pictures, and how far what is said of them moves."""

from dataclasses import dataclass

import numpy as np
from face_models.samples.photos import match_boxes


@dataclass(frozen=True)
class Robustness:
    """One row of the table.

    Attributes:
        truth: faces that there are.
        found: of these.
        false_alarms: boxes on no face.
        age_years: how far each found face's age moved: float64 (n,).
        male: how far its probability of male moved: float64 (n,).
        turned: faces of which the other sex is said than before.
    """

    truth: int
    found: int
    false_alarms: int
    age_years: np.ndarray
    male: np.ndarray
    turned: int

    def row(self):
        """Return the figures as a line of a Markdown table."""
        moved = [np.median(self.age_years), self.age_years.max(), np.median(self.male), self.male.max()]
        counts = f"{self.found} of {self.truth} | {self.false_alarms}"
        return f"| {counts} | {moved[0]:.1f} | {moved[1]:.1f} | {moved[2]:.3f} | {moved[3]:.2f} | {self.turned} |"


class Looker:
    """Finds and estimates as the node does with its defaults."""

    def __init__(self, detector, classifier, start_score):
        self._detector, self._classifier, self._start_score = detector, classifier, start_score

    def find(self, image_bgr):
        """Return the boxes that start a track, float32 (n, 4)."""
        found = self._detector.detect(image_bgr)
        return found.xyxy_px[found.scores >= self._start_score]

    def look(self, labelled):
        """Return for each face its age and probability of male, NaN where it is not found, and the false alarms."""
        boxes = self.find(labelled.image_bgr)
        pairs = match_boxes(seen_part(labelled), boxes)
        said = np.full((len(labelled.faces_px), 2), np.nan)
        for face, box in pairs.items():
            estimates = self._classifier.estimate(labelled.image_bgr, boxes[box : box + 1])
            said[face] = estimates.age_years[0], estimates.male_probability[0]
        return said, len(boxes) - len(pairs)


def seen_part(labelled):
    """Return the boxes of the faces, cut at the border of the image."""
    height, width = labelled.image_bgr.shape[:2]
    return np.clip(labelled.faces_px, 0, np.array([width, height, width, height], np.float32))


def measure(looker, photos, degrade):
    """Compare degraded photos with the photos as they are; of faces that left the frame in part nothing is asked."""
    plain = np.concatenate([looker.look(photo)[0] for photo in photos])
    degraded = [degrade(photo) for photo in photos]
    answers = [looker.look(photo) for photo in degraded]
    said = np.concatenate([answer for answer, _ in answers])
    asked = np.concatenate([(seen_part(photo) == photo.faces_px).all(axis=1) for photo in degraded])
    found = asked & np.isfinite(said).all(axis=1)
    both = found & np.isfinite(plain).all(axis=1)
    moved = np.abs(said[both] - plain[both])
    turned = int(((said[both, 1] >= 0.5) != (plain[both, 1] >= 0.5)).sum())
    false_alarms = sum(more for _, more in answers)
    return Robustness(int(asked.sum()), int(found.sum()), false_alarms, moved[:, 0], moved[:, 1], turned)
