"""Parameters of the node, each defined once.

Live ones act at once: a size by scaling, until the source is opened again and asked for it.
"""

from __future__ import annotations

from dataclasses import dataclass

from signage_common.errors import ConfigurationError
from signage_common.params import parameter

from deeplens_camera.turning import FLIPS, ROTATIONS


@dataclass(frozen=True)
class CameraParams:
    """Parameters of camera."""

    source: str = parameter(
        "/dev/video0",
        "What is shown: a device (/dev/video0 or 0), a video file, a folder or glob of photos, "
        "an rtsp:// or http:// address, synthetic, or awscam (on an AWS DeepLens).",
    )
    fps: float = parameter(
        0.0,
        "Frames a second at most; 0: the source's own (30 for photos and synthetic, 2 for an address of one picture).",
        0.0,
        120.0,
        is_live=True,
    )
    width: int = parameter(
        0,
        "Width of the upright pictures, px; 0: the source's own (1280 for devices, photos, synthetic).",
        0,
        7680,
        is_live=True,
    )
    height: int = parameter(
        0,
        "Height of the upright pictures, px; 0: the source's own (720 for devices, photos, synthetic).",
        0,
        4320,
        is_live=True,
    )
    rotate: int = parameter(
        0,
        "Degrees clockwise by which the pictures are turned to be upright: 0, 90, 180 or 270. "
        "Where they say themselves how they stand (Exif), that is done before.",
        0,
        270,
        is_live=True,
    )
    flip: str = parameter(
        "none",
        "How the upright pictures are mirrored: horizontal changes left and right, vertical top and bottom.",
        choices=FLIPS,
        is_live=True,
    )
    loop: bool = parameter(True, "Whether a video file or slide show begins again at its end.", is_live=True)
    photo_s: float = parameter(4.0, "How long a slide show holds a photo, s.", 0.1, 3600.0, is_live=True)
    gap_s: float = parameter(
        2.0, "How long a slide show shows an empty scene after each photo, s.", 0.0, 3600.0, is_live=True
    )
    jpeg_quality: int = parameter(
        85, "Quality of image_raw/compressed where the source is not JPEG already.", 1, 100, is_live=True
    )
    frame_id: str = parameter("camera_optical_frame", "Coordinate frame in the header of each image.")
    camera_info_url: str = parameter(
        "",
        "Calibration of the upright pictures, a YAML file of camera_calibration: file:///PATH or "
        "package://PACKAGE/PATH; empty: uncalibrated.",
    )

    def __post_init__(self) -> None:
        """Refuse what a range can't.

        Raises:
            ConfigurationError: pictures can't be turned by that much.
        """
        if self.rotate not in ROTATIONS:
            raise ConfigurationError(f"rotate: expected 0, 90, 180 or 270, got {self.rotate}")

    @property
    def is_sideways(self) -> bool:
        """Return whether width and height change places when a picture of the source is turned upright."""
        return self.rotate in (90, 270)
