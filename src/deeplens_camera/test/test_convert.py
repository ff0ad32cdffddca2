import numpy as np
import pytest
from deeplens_camera.convert import image_to_msg, jpeg_to_msg

pytestmark = pytest.mark.graph
CAPTURED_NS = 1_700_000_000_123_456_789


def test_pixels_to_message():
    pixels = np.arange(2 * 4 * 3, dtype=np.uint8).reshape(2, 4, 3)
    message = image_to_msg(pixels, CAPTURED_NS, "camera_optical_frame")
    assert (message.width, message.height, message.step, message.encoding) == (4, 2, 12, "bgr8")
    assert (message.header.stamp.sec, message.header.stamp.nanosec) == (1_700_000_000, 123_456_789)
    assert message.header.frame_id == "camera_optical_frame"
    assert bytes(message.data) == pixels.tobytes()


def test_a_strided_view_is_copied():
    pixels = np.arange(4 * 4 * 3, dtype=np.uint8).reshape(4, 4, 3)[:, ::2]
    assert bytes(image_to_msg(pixels, 0, "").data) == pixels.tobytes()


def test_jpeg_to_message():
    message = jpeg_to_msg(b"\xff\xd8\xff\xd9", CAPTURED_NS, "f")
    assert (message.format, bytes(message.data), message.header.frame_id) == ("jpeg", b"\xff\xd8\xff\xd9", "f")
