"""Whatever bytes come, and however they are cut, pictures or a SourceError come of it, and memory is bounded."""

import random

import pytest
from deeplens_camera import MAX_FRAME_BYTES
from deeplens_camera.errors import SourceError
from deeplens_camera.multipart import MultipartPictures
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.fault
PICTURE = b"\xff\xd8\xff\xe0 picture \xff\xd9"
PART = b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(PICTURE) + PICTURE + b"\r\n"


@given(cuts=st.lists(st.integers(1, 60), min_size=1))
def test_it_does_not_matter_how_the_bytes_are_cut(cuts):
    data, parts, pictures = PART * 5 + b"--frame", MultipartPictures(), []
    while data:
        for cut in cuts:
            pictures += parts.feed(data[:cut])
            data = data[cut:]
    assert pictures == [PICTURE] * 5


@given(data=st.binary(max_size=400), seed=st.integers())
def test_any_bytes_are_survived(data, seed):
    rng = random.Random(seed)
    stream = bytearray(PART * 4)
    for byte in data:
        stream[rng.randrange(len(stream))] = byte
    parts = MultipartPictures()
    try:
        for at in range(0, len(stream), 50):
            parts.feed(bytes(stream[at : at + 50]))
    except SourceError:
        pass


@pytest.mark.fault
def test_a_length_of_nothing_says_nothing():
    parts = MultipartPictures()
    head = b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: 0\r\n\r\n"
    pictures = parts.feed(2 * (head + PICTURE + b"\r\n") + head + b"--frame--")
    assert [picture.strip() for picture in pictures] == [PICTURE, PICTURE]


@pytest.mark.parametrize(
    "begin", [b"", b"--frame\r\n", b"--frame\r\n\r\n", b"--frame\r\nContent-Length: 9999999\r\n\r\n", PART]
)
@pytest.mark.parametrize("filling", [bytes(65536), b"--\r\n" * 16384, b"x: y\r\n" * 9000, b"\r\n\r\n" * 9000])
def test_memory_is_bounded(begin, filling):
    parts = MultipartPictures()
    parts.feed(begin)
    try:
        for _ in range(2 * MAX_FRAME_BYTES // len(filling)):
            parts.feed(filling)
            assert len(parts._buffer) <= MAX_FRAME_BYTES + len(filling)
    except SourceError:
        pass


def test_the_end_is_seen():
    parts = MultipartPictures()
    assert parts.feed(PART + b"--frame--\r\n" + PART) == [PICTURE]
    assert parts.has_ended
