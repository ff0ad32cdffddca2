import pytest
from signage_demo.media.creatives_webm import Packet, element, pack_webm


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (0, b"\x81\x00"),
        (640, b"\x82\x02\x80"),
        ("webm", b"\x84webm"),
        (1.0, b"\x88\x3f\xf0" + bytes(6)),
        (bytes(127), b"\x01\x00\x00\x00\x00\x00\x00\x7f" + bytes(127)),
    ],
)
def test_an_element_is_identifier_size_and_content(content, expected):
    assert element(0x4282, content) == b"\x42\x82" + expected


def test_a_cluster_begins_at_every_key_frame_and_each_is_indexed():
    packets = [Packet(bytes([i]), key=i % 4 == 0) for i in range(10)]
    film = pack_webm(packets, 64, 36, 30)
    assert film.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in film[:64]
    assert film.count(b"\x1f\x43\xb6\x75") == 3
    cues = film[film.index(b"\x1c\x53\xbb\x6b") :]
    assert cues.count(b"\xf7\x81\x01") == 3


def test_a_cluster_ends_before_its_relative_times_overflow():
    film = pack_webm([Packet(b"x", key=i == 0) for i in range(70)], 64, 36, 1)
    assert film.count(b"\x1f\x43\xb6\x75") == 3
