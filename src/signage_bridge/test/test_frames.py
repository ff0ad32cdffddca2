"""Which WebSocket frames a client may send; ``test_websocket`` sends them to the real node."""

import pytest
from signage_bridge.frames import OVERSIZE, TOO_LONG, TOO_MANY, FrameWatch
from signage_bridge.rosbridge.limits import Limits

pytestmark = pytest.mark.fault
CONTINUATION, TEXT, PING, PONG = 0, 1, 9, 10


def frame(opcode=TEXT, payload=b"", fin=True, length=None):
    """Return a masked frame (RFC 6455, section 5.2), which may promise more than it holds."""
    size = len(payload) if length is None else length
    if size < 126:
        header = bytes([0x80 | size])
    elif size < 65536:
        header = bytes([0x80 | 126]) + size.to_bytes(2, "big")
    else:
        header = bytes([0x80 | 127]) + size.to_bytes(8, "big")
    return bytes([0x80 * fin | opcode]) + header + b"mask" + payload


def code_of(hangup):
    return hangup.code if hangup else None


@pytest.mark.parametrize("step", [1, 2, 3, 7, 1000, 10**6])
def test_frames_are_found_however_they_are_cut(step):
    limits = Limits(frames_burst=5, frames_per_s=0)
    payloads = [b"", b"x" * 125, b"x" * 126, b"x" * 65535, b"x" * 65536]
    data = b"".join(frame(payload=payload) for payload in payloads)
    watch = FrameWatch(limits)
    assert not [cut for start in range(0, len(data), step) if (cut := watch.take(data[start : start + step], 0.0))]
    assert code_of(watch.take(frame(), 0.0)) == TOO_MANY, "five were counted, and a sixth may not come"


@pytest.mark.parametrize(
    "each",
    [frame(PING), frame(PONG), frame(PING, b"x" * 125), frame(CONTINUATION, fin=False), frame(TEXT), frame(3), b"\0\0"],
    ids=["ping", "pong", "long ping", "empty piece", "empty text", "reserved", "unmasked piece"],
)
def test_every_kind_of_frame_is_rated(each):
    watch = FrameWatch(Limits(frames_burst=100, frames_per_s=10))
    assert watch.take(each * 100, 0.0) is None
    assert code_of(watch.take(each, 0.0)) == TOO_MANY
    assert watch.take(each * 10, 1.1) is None
    assert code_of(watch.take(each * 1_000_000, 1.2)) == TOO_MANY, "the rest of a flood is not even read"


def test_the_rate_leaves_room_for_what_is_answered_and_not_just_cut_off():
    limits = Limits()
    assert limits.frames_burst > limits.messages_burst + limits.refusals_burst
    assert limits.frames_per_s > limits.messages_per_s + limits.refusals_per_s


def test_long_messages_are_noticed_before_they_come():
    limits = Limits(message_bytes=1000)
    most = OVERSIZE * 1000
    assert FrameWatch(limits).take(frame(length=most), 0.0) is None
    for length in (most + 1, 2**32, 2**63, 2**64 - 1):
        assert code_of(FrameWatch(limits).take(frame(length=length), 0.0)) == TOO_LONG
    watch = FrameWatch(limits)
    pieces = [frame(TEXT, b"x" * 1000, fin=False), *[frame(CONTINUATION, b"x" * 1000, fin=False)] * 3]
    assert watch.take(b"".join(pieces), 0.0) is None
    assert watch.take(frame(PING, b"x" * 100), 0.0) is None, "control frames stand between, and are no part"
    assert code_of(watch.take(frame(CONTINUATION, b"x"), 0.0)) == TOO_LONG


def test_a_finished_message_makes_room_for_the_next():
    watch = FrameWatch(Limits(message_bytes=1000))
    for _ in range(10):
        assert watch.take(frame(TEXT, b"x" * 3000), 0.0) is None


def test_a_limit_that_is_raised_acts_at_once():
    limits = Limits(message_bytes=1000)
    watch = FrameWatch(limits)
    limits.message_bytes = 10_000
    assert watch.take(frame(length=40_000), 0.0) is None


def test_a_frame_that_drips_is_no_sign_of_life():
    watch, data = FrameWatch(Limits(), 1.0), frame(payload=b"x" * 300)
    for at_s, byte in enumerate(data[:-1], start=2):
        watch.take(bytes([byte]), float(at_s))
        assert watch.whole_s == 1.0
    watch.take(data[-1:], 900.0)
    assert watch.whole_s == 900.0
    watch.take(frame(PONG), 901.0)
    assert watch.whole_s == 901.0
