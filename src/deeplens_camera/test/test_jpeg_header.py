import cv2
import numpy as np
import pytest
from deeplens_camera.errors import BrokenPictureError
from deeplens_camera.jpeg_header import jpeg_size


@pytest.mark.parametrize("flags", [(), (cv2.IMWRITE_JPEG_PROGRESSIVE, 1)])
@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1, 1), (33, 7)])
def test_size_of_a_real_jpeg(width, height, flags):
    jpeg = cv2.imencode(".jpg", np.zeros((height, width, 3), np.uint8), flags)[1].tobytes()
    assert jpeg_size(jpeg) == (width, height)
    assert jpeg_size(jpeg + bytes(64)) == (width, height)  # drivers pad


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda data: b"", "does not begin"),
        (lambda data: b"GIF89a" + data, "does not begin"),
        (lambda data: data[: len(data) // 2], "end is missing"),
        (lambda data: data[:2] + b"\xff\xd9", "does not say its size"),
        (lambda data: data[:4] + b"\x00\x00" + data[6:], "does not say its size"),
        (lambda data: data[:2] + bytes(20) + b"\xff\xd9", "does not say its size"),
    ],
)
def test_damage_is_noticed(damage, message, jpeg):
    with pytest.raises(BrokenPictureError, match=message):
        jpeg_size(damage(jpeg(100)))
