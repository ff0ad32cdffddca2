"""What the page shows, in real pixels."""

import base64
import os
import subprocess
import sys

import cv2
import numpy as np
import pytest
from page_stage import COLOURS, OTHER_HOST, PATIENCE_S, PICTURE, break_film, serve_instead
from signage_msgs.msg import AdPlayback

pytestmark = pytest.mark.browser
NO_FRAME_CALLBACKS = "HTMLVideoElement.prototype.requestVideoFrameCallback = function () { return 1; };"
NO_AUTOPLAY = """
const play = HTMLMediaElement.prototype.play;
let touched = false;
addEventListener("pointerdown", () => { touched = true; }, {capture: true});
HTMLMediaElement.prototype.play = function () {
  return touched ? play.call(this) : Promise.reject(new DOMException("needs a gesture", "NotAllowedError"));
};"""


def test_the_house_loop_is_shown_while_nobody_is_there(open_sign, selector):
    sign = open_sign()
    status = sign.wait_for(state="house-loop", creative="house", connection="connected")
    sign.wait(lambda: sign.shows(COLOURS["house"]), "the house loop's colour")
    assert (status["device"], status["episode"]) == ("deeplens1", "")
    assert status["screen"] == selector.screen
    data = sign.page.evaluate("() => ({...document.documentElement.dataset})")
    assert data["state"] == "house-loop" and data["creative"] == "house" and data["playId"]
    assert sign.page.locator("video").count() == 2 and sign.page.locator("#overlay").is_hidden()
    assert not sign.errors


def test_a_selection_changes_the_film_and_its_end_brings_the_house_loop_back(open_sign, selector):
    sign = open_sign()
    sign.wait_for(state="house-loop", creative="house")
    selector.select("red", episode="e1")
    status = sign.wait_for(state="targeted", creative="red", episode="e1")
    sign.wait(lambda: sign.shows(COLOURS["red"]), "red")
    assert 0 <= status["latency"]["messageToPaintedMs"] < PATIENCE_S * 1000
    selector.select("house")
    sign.wait_for(state="house-loop", creative="house", episode="")
    sign.wait(lambda: sign.shows(COLOURS["house"]), "the house loop's colour")


class Screencast:
    """The frames that the compositor makes."""

    def __init__(self, sign):
        self.session = sign.page.context.new_cdp_session(sign.page)
        self.colours = []
        self.session.on("Page.screencastFrame", self._keep)

    def __enter__(self):
        size = {"maxWidth": 240, "maxHeight": 135}
        self.session.send("Page.startScreencast", {"format": "png", "everyNthFrame": 1, **size})
        return self

    def __exit__(self, *_):
        self.session.send("Page.stopScreencast")

    def _keep(self, event):
        self.colours.append(middle_of(event["data"]))
        self.session.send("Page.screencastFrameAck", {"sessionId": event["sessionId"]})

    def strange(self, *names):
        """Return the colours that are of none of these creatives."""
        allowed = [COLOURS[name] for name in names]
        return [c for c in self.colours if not any(np.abs(np.subtract(c, each)).max() < 60 for each in allowed)]


def test_no_painted_frame_is_without_a_creative(open_sign, selector):
    sign = open_sign()
    sign.wait_for(state="house-loop", creative="house")
    sign.wait(lambda: sign.shows(COLOURS["house"]), "the house loop's colour")
    with Screencast(sign) as screencast:
        for index, name in enumerate(["red", "green", "red", "house", "green"]):
            selector.select(name, episode=f"e{index}" if name != "house" else "")
            sign.wait_for(creative=name)
        first = sign.status["playId"]
        sign.wait(lambda: sign.status["playId"] != first, "the film's repetition")
    assert len(screencast.colours) > 30
    assert not screencast.strange("house", "red", "green")


@pytest.fixture
def load():
    """Keep all processors busy."""
    program = [sys.executable, "-c", "while True: pass"]
    processes = [subprocess.Popen(program) for _ in range((os.cpu_count() or 1) + 1)]
    yield
    for process in processes:
        process.kill()
        process.wait()


SLOTS = """
addEventListener("DOMContentLoaded", () => {
  const slots = [...document.querySelectorAll(".slot")];
  const classes = (slot) => [...slot.classList];
  window.arrangements = [];
  new MutationObserver(() => arrangements.push(slots.map(classes))).observe(
    document.getElementById("stage"), {subtree: true, attributeFilter: ["class"]});
});"""

SLOW_FRAMES = """
const frame = requestAnimationFrame;
window.requestAnimationFrame = (callback) => setTimeout(() => frame(callback), 300);"""


@pytest.mark.fault
def test_under_load_no_frame_is_bare_and_the_old_creative_stays_until_the_new_one_covers_it(open_sign, selector, load):
    sign = open_sign(script=SLOTS)
    sign.wait_for(state="house-loop", creative="house")
    sign.wait(lambda: sign.shows(COLOURS["house"]), "the house loop's colour")
    sign.page.evaluate("() => arrangements.splice(0)")
    with Screencast(sign) as screencast:
        for index in range(40):
            name = ("red", "green")[index % 2]
            selector.select(name, episode=f"e{index}")
            sign.wait_for(creative=name)
    assert not screencast.strange("house", "red", "green")
    assert_nothing_bare(sign, changes=40)


@pytest.mark.fault
def test_a_creative_that_comes_before_the_one_before_it_is_composited_waits_until_it_is(open_sign, selector):
    sign = open_sign(script=SLOTS + SLOW_FRAMES)
    sign.wait_for(state="house-loop", creative="house")
    sign.wait(lambda: not sign.page.locator(".fresh").count(), "the house loop composited")
    sign.page.evaluate("() => arrangements.splice(0)")
    for index in range(8):
        name = ("red", "green")[index % 2]
        selector.select(name, episode=f"e{index}")
        sign.wait_for(creative=name)
    assert_nothing_bare(sign, changes=8)


def assert_nothing_bare(sign, changes):
    """Check that both slots were in front whenever the newer one was not composited yet."""
    fresh = [each for each in sign.page.evaluate("() => arrangements") if any("fresh" in slot for slot in each)]
    assert len(fresh) >= changes
    assert all("front" in slot for each in fresh for slot in each), fresh


def middle_of(png: str) -> np.ndarray:
    picture = cv2.imdecode(np.frombuffer(base64.b64decode(png), np.uint8), cv2.IMREAD_COLOR)
    return picture[picture.shape[0] // 3, picture.shape[1] // 2].astype(int)


def test_a_page_that_joins_late_shows_the_current_selection(open_sign, selector):
    selector.select("green", episode="e7")
    sign = open_sign()
    sign.wait_for(state="targeted", creative="green", episode="e7")
    sign.wait(lambda: sign.shows(COLOURS["green"]), "green")


def test_a_playlist_repeats_with_its_pictures(open_sign, selector):
    sign = open_sign()
    sign.wait_for(creative="house")
    selector.select("picture", "red", "green")

    def started():
        return [
            play.creative for play in selector.plays if play.event == AdPlayback.STARTED and play.creative != "house"
        ]

    sign.wait(lambda: len(started()) >= 5, "five showings")
    assert started()[:5] == ["picture", "red", "green", "picture", "red"]
    sign.wait_for(creative="picture")
    sign.wait(lambda: sign.shows(PICTURE), "the picture's colour")


def test_a_name_in_another_script_goes_through(open_sign, selector):
    sign = open_sign()
    selector.select("커피", episode="e1")
    sign.wait_for(creative="커피")
    sign.wait(lambda: sign.shows(COLOURS["커피"]), "the coffee's colour")
    sign.wait(lambda: selector.heard(AdPlayback.STARTED, "커피"), "the report")


@pytest.fixture
def broken(context, selector):
    """The name of a creative whose film broke after the catalogue was read."""
    creative = selector.creatives["green"]
    serve_instead(context, creative, break_film(creative.path.read_bytes()))
    return creative.name


def test_a_film_that_cannot_be_decoded_is_passed_over(open_sign, selector, broken):
    sign = open_sign()
    selector.select(broken, "red", episode="e1")
    sign.wait_for(creative="red", episode="e1")
    failed = sign.wait(lambda: selector.heard(AdPlayback.FAILED, broken), "the failure")[0]
    assert failed.detail and failed.episode == "e1"
    assert not selector.heard(AdPlayback.STARTED, broken)


def test_a_broken_answer_leaves_the_house_loop(open_sign, selector, broken):
    sign = open_sign()
    sign.wait_for(creative="house")
    selector.select(broken, episode="e1")
    sign.wait(lambda: selector.heard(AdPlayback.FAILED, broken), "the failure")
    assert sign.wait_for(creative="house")["state"] == "house-loop"
    assert sign.shows(COLOURS["house"])


def test_a_broken_house_playlist_is_replaced_by_the_catalogues(open_sign, selector, broken):
    sign = open_sign()
    selector.select(broken)
    sign.wait(lambda: selector.heard(AdPlayback.FAILED, broken), "the failure")
    sign.wait_for(state="house-loop", creative="house")


def test_blocked_autoplay_is_a_failure_and_a_card_until_somebody_touches_the_screen(open_sign, selector):
    sign = open_sign(script=NO_AUTOPLAY)
    sign.wait_for(state="nothing-playable", creative="")
    assert sign.page.locator("#card-title").inner_text() == "Back soon"
    failed = sign.wait(lambda: selector.heard(AdPlayback.FAILED, "house"), "the failure")[0]
    assert failed.detail.startswith("NotAllowedError")
    sign.page.mouse.click(300, 300)
    sign.wait_for(state="house-loop", creative="house")


def test_a_page_that_gets_no_frame_callbacks_changes_all_the_same(open_sign, selector):
    sign = open_sign(script=NO_FRAME_CALLBACKS)
    sign.wait_for(creative="house")
    selector.select("red", episode="e1")
    status = sign.wait_for(creative="red")
    assert 0 <= status["latency"]["messageToPaintedMs"] < PATIENCE_S * 1000
    sign.wait(lambda: sign.shows(COLOURS["red"]), "red")
    started = sign.wait(lambda: selector.heard(AdPlayback.STARTED, "red"), "the report")[0]
    assert started.detail == "first frame not seen"


def test_plain_http_from_another_host_lacks_nothing(open_sign, selector):
    sign = open_sign(host=OTHER_HOST)
    assert not sign.page.evaluate("() => window.isSecureContext || 'randomUUID' in crypto || 'caches' in window")
    status = sign.wait_for(state="house-loop", creative="house")
    sign.wait(lambda: sign.status["mediaKept"] == status["mediaTotal"] > 0, "the media")
    selector.select("red", episode="e1")
    sign.wait_for(creative="red")
    sign.wait(lambda: selector.heard(AdPlayback.STARTED, "red"), "the report")


def test_an_upright_screen_shows_the_whole_film(open_sign):
    sign = open_sign()
    sign.page.set_viewport_size({"width": 540, "height": 960})
    sign.wait_for(creative="house")
    sign.wait(lambda: middle_row(sign, 480) == "house" and middle_row(sign, 40) == "ground", "film on dark ground")


def middle_row(sign, y: int) -> str:
    picture = cv2.imdecode(np.frombuffer(sign.page.screenshot(), np.uint8), cv2.IMREAD_COLOR)
    colour = picture[y, 270].astype(int)
    return "house" if np.abs(colour - COLOURS["house"]).max() < 40 else "ground" if colour.max() < 40 else "other"
