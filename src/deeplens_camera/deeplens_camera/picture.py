"""One picture, as pixels or as a JPEG, whichever its source gave; the other is made when it is asked for, once."""

from __future__ import annotations

from deeplens_camera.encode import Pixels, decode_image, encode_jpeg
from deeplens_camera.jpeg_header import jpeg_size
from deeplens_camera.letterbox import Size, fit, wanted_size


class Picture:
    """One picture. A slide show gives the same one many times: it is encoded once."""

    def __init__(self, image_bgr: Pixels | None = None, jpeg: bytes | None = None) -> None:
        """Take the pixels, the JPEG, or both."""
        self._image_bgr = image_bgr
        self._jpeg = jpeg

    @property
    def image_bgr(self) -> Pixels:
        """Return the pixels: uint8 (h, w, 3), BGR.

        Raises:
            BrokenPictureError: the JPEG is damaged.
        """
        if self._image_bgr is None:
            self._image_bgr = decode_image(self._jpeg or b"")
        return self._image_bgr

    def jpeg(self, quality: int) -> bytes:
        """Return the JPEG; the quality counts only where the source gave none.

        Raises:
            BrokenPictureError: the pixels can't be encoded.
        """
        if self._jpeg is None:
            self._jpeg = encode_jpeg(self.image_bgr, quality)
        return self._jpeg

    def sized(self, width_px: int, height_px: int) -> Picture:
        """Return the picture in a size, 0 as it is; it stays itself, JPEG and all, if it has that size already.

        Raises:
            BrokenPictureError: the JPEG is damaged.
        """
        own = self._size()
        wanted = wanted_size(own, width_px, height_px)
        return self if wanted == own else Picture(fit(self.image_bgr, wanted))

    def _size(self) -> Size:
        if self._image_bgr is not None:
            return self._image_bgr.shape[1], self._image_bgr.shape[0]
        return jpeg_size(self._jpeg or b"")
