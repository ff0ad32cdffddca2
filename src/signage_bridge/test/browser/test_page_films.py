"""Films that are short, strange or no films: each showing ends, and nothing counts as played that nobody saw."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable

import pytest
from page_films import Track, picture_track, recoded, sound_track, webm
from page_stage import COLOURS, PICTURE, serve_instead
from signage_msgs.msg import AdPlayback

pytestmark = [pytest.mark.browser, pytest.mark.fault]
STARTED, COMPLETED, FAILED = AdPlayback.STARTED, AdPlayback.COMPLETED, AdPlayback.FAILED
SHORTEST_S = 0.45  # the page holds a creative for half a second; the browser rounds its clock
HEVC, AV1, AVC = "V_MPEGH/ISO/HEVC", "V_AV1", "V_MPEG4/ISO/AVC"
SIZE = (320, 180)
HIDDEN = """
Object.defineProperty(document, "hidden", {value: true});
HTMLVideoElement.prototype.requestVideoFrameCallback = () => 1;
window.requestAnimationFrame = () => 1;
Object.defineProperty(HTMLVideoElement.prototype, "getVideoPlaybackQuality", {value: () => ({totalVideoFrames: 0})});
"""


@pytest.fixture(scope="module")
def one() -> Track:
    return picture_track(1)


@pytest.fixture(scope="module")
def many() -> Track:
    return picture_track(60)


@pytest.fixture
def show(open_sign, selector, context, one, many):
    """Open a sign that shows a film of the tables below as ``red``, and ``green`` after it."""

    def show(name, **how):
        serve_instead(context, selector.creatives["red"], make_film(name, one, many))
        sign = open_sign(**how)
        selector.select("red", "green", episode="e1")
        return sign

    return show


def damaged(film: bytes, content: Callable[[int], bytes]) -> bytes:
    """Return a film of the same length, a sixth of which, from a third of it on, is something else."""
    start, end = len(film) // 3, len(film) // 2
    return film[:start] + content(end - start) + film[end:]


def make_film(name: str, one: Track, many: Track) -> bytes:
    """Make a film of the tables below."""
    sound, garbage = sound_track(), Track("V_VP8", [(at_ms, bytes(100)) for at_ms, _ in many.frames], SIZE)
    late = Track("V_VP8", [(at_ms + 1000, data) for at_ms, data in many.frames], SIZE)
    films = {
        "one frame": webm([one], 33),
        "one frame that claims ten seconds": webm([one], 10_000),
        "one frame that claims a microsecond": webm([one], 0.001),
        "one frame with sound": webm([one, sound], 2000),
        "20 ms": webm([one], 20),
        "noise in its middle": damaged(webm([many], 2000), random.Random(1).randbytes),
        "zeros in its middle": damaged(webm([many], 2000), bytes),
        "two frames": webm([picture_track(2)], 66),
        "upright": webm([picture_track(60, (180, 320))], 2000),
        "a head with another size": webm([Track("V_VP8", many.frames, (321, 179))], 2000),
        "pictures that come late": webm([late, sound_track(3000)], 3000),
        "sound alone": webm([sound], 2000),
        "HEVC": webm([recoded(many, HEVC)], 2000),
        "HEVC with sound": webm([recoded(many, HEVC), sound], 2000),
        "AV1 by name, with sound": webm([recoded(many, AV1), sound], 2000),
        "H.264 by name, with sound": webm([recoded(many, AVC), sound], 2000),
        "no frames": webm([Track("V_VP8", [], SIZE)], 2000),
        "no frames, with sound": webm([Track("V_VP8", [], SIZE), sound], 2000),
        "frames of zeros, with sound": webm([garbage, sound], 2000),
        "no key frame, with sound": webm([Track("V_VP8", many.frames[1:], SIZE), sound], 2000),
        "no tracks": webm([], 2000),
        "only a head": webm([many], 2000)[:300],
        "a web page": b"<!doctype html><title>no film</title>",
        "nothing": b"",
    }
    return films[name]


SHOWN = [
    "one frame",
    "one frame that claims a microsecond",
    "one frame with sound",
    "20 ms",
    "two frames",
    "upright",
    "a head with another size",
    "pictures that come late",
]
CUT_SHORT = ["one frame that claims ten seconds", "noise in its middle", "zeros in its middle"]
NOT_SHOWN = [
    "sound alone",
    "HEVC",
    "HEVC with sound",
    "AV1 by name, with sound",
    "H.264 by name, with sound",
    "no frames",
    "no frames, with sound",
    "frames of zeros, with sound",
    "no key frame, with sound",
    "no tracks",
    "only a head",
    "a web page",
    "nothing",
]


@pytest.mark.parametrize("name", SHOWN)
def test_a_film_with_a_picture_is_shown_to_its_end(show, selector, name):
    sign = show(name)
    started = sign.wait(lambda: selector.heard(STARTED, "red"), "started")[0]
    completed = sign.wait(lambda: selector.heard(COMPLETED, "red"), "completed")[0]
    assert completed.play_id == started.play_id
    sign.wait(lambda: selector.heard(STARTED, "green"), "the next one")
    assert not selector.heard(FAILED, "red")


@pytest.mark.parametrize("name", CUT_SHORT)
def test_a_film_that_ends_before_it_should_has_failed_whatever_was_seen(show, selector, name):
    sign = show(name)
    failed = sign.wait(lambda: selector.heard(FAILED, "red"), "failed")[0]
    sign.wait(lambda: selector.heard(STARTED, "green"), "the next one")
    assert selector.heard(STARTED, "red")[0].play_id == failed.play_id
    assert re.fullmatch(r"ended after \d+\.\d s of \d+\.\d s", failed.detail), failed.detail
    assert not selector.heard(COMPLETED, "red")


@pytest.mark.parametrize("name", NOT_SHOWN)
def test_a_film_without_a_picture_fails_whatever_it_sounds_like(show, selector, name):
    sign = show(name)
    failed = sign.wait(lambda: selector.heard(FAILED, "red"), "failed")[0]
    assert failed.detail
    sign.wait(lambda: selector.heard(STARTED, "green"), "the next one")
    assert not selector.heard(STARTED, "red") and not selector.heard(COMPLETED, "red")


@pytest.mark.parametrize("name", ["one frame", "20 ms"])
def test_a_film_of_a_moment_as_house_playlist_repeats_at_a_bearable_rate(open_sign, selector, context, one, many, name):
    serve_instead(context, selector.creatives["house"], make_film(name, one, many))
    sign = open_sign()
    sign.wait(lambda: len(selector.heard(COMPLETED, "house")) >= 6, "six plays")
    assert sign.status["state"] == "house-loop"
    stamps_s = [play.stamp.sec + play.stamp.nanosec / 1e9 for play in selector.heard(STARTED, "house")]
    assert all(later - earlier > SHORTEST_S for earlier, later in itertools.pairwise(stamps_s)), stamps_s


def test_a_house_playlist_without_a_picture_says_so_and_an_answer_is_shown(open_sign, selector, context, one, many):
    serve_instead(context, selector.creatives["house"], make_film("HEVC with sound", one, many))
    sign = open_sign()
    sign.wait_for(state="nothing-playable")
    selector.select("red", episode="e1")
    sign.wait_for(state="targeted", creative="red")
    sign.wait(lambda: sign.shows(COLOURS["red"]), "red")
    assert not selector.heard(STARTED, "house")


def test_a_hidden_page_goes_on_and_says_that_it_saw_no_frame(open_sign, selector):
    sign = open_sign(script=HIDDEN)
    selector.select("red", "picture", "green", episode="e1")
    for name in ("red", "picture", "green"):
        started = sign.wait(lambda name=name: selector.heard(STARTED, name), f"{name} started")[0]
        assert started.detail == "first frame not seen"
        sign.wait(lambda name=name: selector.heard(COMPLETED, name), f"{name} completed")


@pytest.mark.parametrize("name", ["sound alone", "HEVC with sound"])
def test_a_hidden_page_does_not_take_sound_for_a_film(show, selector, name):
    sign = show(name, script=HIDDEN)
    sign.wait(lambda: selector.heard(FAILED, "red"), "failed")
    sign.wait(lambda: selector.heard(STARTED, "green"), "the next one")
    assert not selector.heard(STARTED, "red")


def test_a_picture_of_a_microsecond_is_seen(open_sign, selector):
    sign = open_sign()
    sign.wait_for(creative="house")
    message = selector.compose("picture", "red", episode="e1")
    message.durations_s = [1e-6, 1e-6]
    selector.again(message)
    started = sign.wait(lambda: selector.heard(STARTED, "picture"), "started")[0]
    completed = sign.wait(lambda: selector.heard(COMPLETED, "picture"), "completed")[0]
    shown_s = (completed.stamp.sec - started.stamp.sec) + (completed.stamp.nanosec - started.stamp.nanosec) / 1e9
    assert shown_s > SHORTEST_S


@pytest.mark.parametrize("seconds", [3_000_000.0, 1e12, float("inf")])
def test_a_picture_for_longer_than_a_timer_counts_stays(open_sign, selector, seconds):
    sign = open_sign()
    sign.wait_for(creative="house")
    message = selector.compose("picture", episode="e1")
    message.durations_s = [seconds]
    selector.again(message)
    sign.wait_for(creative="picture")
    sign.wait(lambda: sign.shows(PICTURE), "the picture's colour")
    selector.select("house")
    sign.wait_for(creative="house")
    sign.wait(lambda: selector.heard(STARTED, "picture"), "the report")
    assert len(selector.heard(STARTED, "picture")) == 1 and not selector.heard(COMPLETED, "picture")
