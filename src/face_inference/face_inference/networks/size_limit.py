"""Leaves out what is too large to be somebody in front of a sign."""

from __future__ import annotations

from face_inference.networks.detection import Detections, Detector, ImageBgr

LARGEST_SHARE = (
    0.7  # of the picture. A face that just fits into a picture of 16:9 covers half of it, of 4:3 two thirds.
)


class SizeLimit:
    """A detector without boxes that cover most of the picture.

    Patterns that fill the picture, such as blinds or rock, were seen to look like one huge face now and then. Nobody
    looks at a sign from so near that the face doesn't fit into the picture.
    """

    def __init__(self, detector: Detector) -> None:
        """Take the detector whose boxes are looked through."""
        self._detector = detector

    def detect(self, image_bgr: ImageBgr) -> Detections:
        """Find the faces of an image; see Detector."""
        found = self._detector.detect(image_bgr)
        size_px = found.xyxy_px[:, 2:] - found.xyxy_px[:, :2]
        kept = size_px.prod(axis=1) <= LARGEST_SHARE * image_bgr.shape[0] * image_bgr.shape[1]
        return Detections(found.xyxy_px[kept], found.scores[kept])
