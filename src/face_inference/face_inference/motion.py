"""Where a face will be: constant velocity of its centre, from detections at uneven times."""

from __future__ import annotations

from face_inference.boxes import Box, centre, extent

_CENTRE_GAIN = 0.8
_VELOCITY_GAIN = 0.4
_EXTENT_GAIN = 0.6


class Motion:
    """An alpha-beta filter of the centre (Kalata, The tracking index, 1984), and a smoothed size."""

    def __init__(self, xyxy_px: Box, stamp_s: float) -> None:
        self._centre_px = centre(xyxy_px)
        self._velocity_px_s: tuple[float, float] | None = None
        self._stamp_s = stamp_s
        self.extent_px = extent(xyxy_px)

    def centre_at(self, stamp_s: float) -> tuple[float, float]:
        """Predict the centre, px."""
        elapsed_s = stamp_s - self._stamp_s
        (x, y), (vx, vy) = self._centre_px, self._velocity_px_s or (0.0, 0.0)
        return x + vx * elapsed_s, y + vy * elapsed_s

    def correct(self, xyxy_px: Box, stamp_s: float) -> None:
        """Take a detection; its stamp is later than that of the last one."""
        (px, py), (x, y) = self.centre_at(stamp_s), centre(xyxy_px)
        dx, dy, elapsed_s = x - px, y - py, stamp_s - self._stamp_s
        if self._velocity_px_s is None:
            self._centre_px, self._velocity_px_s = (x, y), (dx / elapsed_s, dy / elapsed_s)
        else:
            vx, vy = self._velocity_px_s
            self._centre_px = px + _CENTRE_GAIN * dx, py + _CENTRE_GAIN * dy
            self._velocity_px_s = vx + _VELOCITY_GAIN * dx / elapsed_s, vy + _VELOCITY_GAIN * dy / elapsed_s
        self._stamp_s = stamp_s
        (width, height), (new_width, new_height) = self.extent_px, extent(xyxy_px)
        self.extent_px = (
            width + _EXTENT_GAIN * (new_width - width),
            height + _EXTENT_GAIN * (new_height - height),
        )
