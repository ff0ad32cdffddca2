"""What the selector is told about one analysed image: the faces, without any picture."""

from __future__ import annotations

from dataclasses import dataclass

from signage_common.demographics import Demographics


@dataclass(frozen=True)
class Sighting:
    """One face of one image.

    Attributes:
        track_id: the same for the same face in successive images; 0 if not tracked.
        detected: whether the detector found it in this image; else a tracker only predicted it.
        area_px: of its box, pixels of the source image.
        fused: estimates from all images of its track so far.
    """

    track_id: int
    detected: bool
    area_px: int
    fused: Demographics


@dataclass(frozen=True)
class Frame:
    """All faces of one analysed image; empty if nobody is there.

    Attributes:
        stamp_ns: time of capture, nanoseconds since the Unix epoch.
        faces: in any order.
    """

    stamp_ns: int
    faces: tuple[Sighting, ...] = ()

    @property
    def has_sight(self) -> bool:
        """Return whether a detector found any face; predictions alone are no sight."""
        return any(face.detected for face in self.faces)
