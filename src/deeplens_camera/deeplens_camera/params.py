"""Parameters of the node, each defined once."""

from __future__ import annotations

from dataclasses import dataclass

from signage_common.params import parameter


@dataclass(frozen=True)
class CameraParams:
    """Parameters of camera."""

    source: str = parameter(
        "/dev/video0",
        "What is shown: a device (/dev/video0 or 0), a video file, a folder or glob of photos, "
        "an rtsp:// or http:// address, synthetic, or awscam (on an AWS DeepLens).",
    )
    fps: float = parameter(
        0.0, "Frames a second at most; 0: the source's own (30 for photos and synthetic).", 0.0, 120.0
    )
    width: int = parameter(
        0, "Width of the pictures, px; 0: the source's own (1280 for devices, photos, synthetic).", 0, 7680
    )
    height: int = parameter(
        0, "Height of the pictures, px; 0: the source's own (720 for devices, photos, synthetic).", 0, 4320
    )
    loop: bool = parameter(True, "Whether a video file or slide show begins again at its end.")
    photo_s: float = parameter(4.0, "How long a slide show holds a photo, s.", 0.1, 3600.0)
    gap_s: float = parameter(2.0, "How long a slide show shows an empty scene after each photo, s.", 0.0, 3600.0)
    jpeg_quality: int = parameter(85, "Quality of image_raw/compressed where the source is not JPEG already.", 1, 100)
    frame_id: str = parameter("camera_optical_frame", "Coordinate frame in the header of each image.")
