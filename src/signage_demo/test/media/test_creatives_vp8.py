import numpy as np
import pytest
from signage_demo.media import creatives_vp8
from signage_demo.media.creatives_vp8 import Vp8Encoder, Vp8Error


def noise(seed):
    return np.random.default_rng(seed).integers(0, 255, (72, 128, 3), np.uint8)


def encode(bits_per_s, key_interval=30):
    with Vp8Encoder(128, 72, 30, bits_per_s, key_interval) as encoder:
        packets = [packet for i in range(30) for packet in encoder.encode(noise(i))]
        return packets + list(encoder.finish())


def test_the_bit_rate_sets_the_size():
    small, large = (sum(len(p.data) for p in encode(rate)) for rate in (100_000, 1_000_000))
    assert small < 0.5 * large


def test_key_frames_come_first_and_at_the_interval():
    keys = [index for index, packet in enumerate(encode(300_000, key_interval=10)) if packet.key]
    assert keys[0] == 0 and len(keys) >= 3


def test_a_missing_library_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(creatives_vp8.cv2, "__file__", str(tmp_path / "cv2" / "__init__.py"))
    with pytest.raises(Vp8Error, match="opencv-python-headless"):
        Vp8Encoder(64, 36, 30, 100_000, 30)
