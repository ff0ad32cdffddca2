"""Publish the images of a camera, a film, a folder of photos or a network stream."""

import os

MAX_PIXELS = 64_000_000
"""A larger picture, be it a photo or a frame, is not decoded: this many pixels take 200 MB."""
MAX_FRAME_BYTES = 16 << 20
"""A longer JPEG of a camera or stream is no frame but a mistake, or worse."""

# OpenCV reads it once, when it is loaded, and then refuses a larger picture before it takes memory for it.
os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(MAX_PIXELS))
