import pytest
from ad_selector.silence import Clocks, Silence
from signage_common.stamps import NS_PER_S

STAMP_NS = 1_795_334_399_123_456_789


def at(ros_s, steady_s, is_simulated=False):
    return Clocks(STAMP_NS + round(ros_s * NS_PER_S), round((1000 + steady_s) * NS_PER_S), is_simulated)


def passed(heard, now):
    """Return the seconds that have passed for the stamps between an image and now; None if nobody knows."""
    silence = Silence()
    silence.hear(STAMP_NS, heard)
    now_ns = silence.now_ns(now)
    return None if now_ns is None else (now_ns - STAMP_NS) / NS_PER_S


@pytest.mark.fault
@pytest.mark.parametrize(
    ("heard", "now", "passed_s"),
    [
        # A live camera, up to five seconds late or early: the steady clock, whatever the other one is set to.
        (at(0.2, 0), at(3.7, 3.5), 1.5),
        (at(0.2, 0), at(3603.7, 3.5), 1.5),
        (at(0.2, 0), at(-3600, 3.5), 1.5),
        (at(5.0, 0), at(8.0, 3.0), 1.0),
        (at(-5.0, 0), at(-2.0, 3.0), 1.0),
        # ... less what an image may be on its way.
        (at(0.2, 0), at(2.1, 1.9), 0.0),
        # A recording: nobody knows.
        (at(5.1, 0), at(9.0, 60.0), None),
        (at(-5.1, 0), at(9.0, 60.0), None),
        (at(1e7, 0), at(1e7 + 5, 5.0), None),
        # ... but no pause is for ever.
        (at(5.1, 0), at(9.0, 599.9), None),
        (at(5.1, 0), at(9.0, 600.0), 600.0),
        (at(-3600, 0), at(9.0, 601.0), 601.0),
        (at(0, 0), at(1.0, 600.0, True), 600.0),
        (Clocks(0, 10**12, True), at(1.0, 600.0, True), 600.0),
        # With /clock, however far the stamps are from it: as much as both clocks say.
        (at(0, 0, True), at(1.0, 4.5, True), 1.0),
        (at(0, 0, True), at(4.0, 3.0, True), 1.0),
        (at(3600, 0, True), at(3601, 4.0, True), 1.0),
        (at(0, 0, True), at(0, 60.0, True), 0.0),
        (at(0, 0, True), at(0, 6000.0, True), 0.0),
        (at(0, 0, True), at(-30.0, 60.0, True), 0.0),
        (at(0, 0, True), at(3600.0, 1.9, True), 0.0),
        # The first image came before the first /clock.
        (Clocks(0, 10**12, True), at(1.0, 60.0, True), None),
        # use_sim_time was set in between.
        (at(0, 0), at(1.0, 1.0, True), None),
        (at(0, 0, True), at(1.0, 1.0), None),
    ],
)
def test_what_passes_for_the_stamps_while_no_image_comes(heard, now, passed_s):
    assert passed(heard, now) == (None if passed_s is None else pytest.approx(passed_s))


def test_before_the_first_image_there_is_no_silence():
    assert Silence().now_ns(at(0, 0)) is None and not Silence().is_recording


@pytest.mark.fault
@pytest.mark.parametrize(
    ("heard", "off_s", "is_recording"),
    [
        (at(0.1, 0), 0.1, False),
        (at(86_400, 0), 86_400, True),
        (at(-7200, 0), -7200, True),
        (at(86_400, 0, True), 86_400, False),
    ],
)
def test_stamps_that_are_off_the_clock_are_a_recordings(heard, off_s, is_recording):
    silence = Silence()
    silence.hear(STAMP_NS, heard)
    assert (silence.off_ns / NS_PER_S, silence.is_recording) == (pytest.approx(off_s), is_recording)
