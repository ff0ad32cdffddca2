"""The page over cuts: it goes on, comes back, and shows what is current."""

import pytest
from page_stage import COLOURS
from signage_msgs.msg import AdPlayback

pytestmark = pytest.mark.browser


def test_without_rosbridge_the_house_loop_plays_while_it_connects(bridge, open_sign):
    bridge.stop()
    bridge.start(serve_rosbridge="false")
    sign = open_sign()
    sign.wait_for(state="connecting", creative="house")
    sign.wait(lambda: sign.shows(COLOURS["house"]), "the house loop's colour")
    bridge.stop()
    bridge.start()
    sign.wait_for(state="house-loop", connection="connected")


def test_the_film_goes_on_without_the_network(open_sign, selector, bridge):
    sign = open_sign()
    sign.wait(
        lambda: sign.status.get("mediaKept") and sign.status["mediaKept"] == sign.status["mediaTotal"], "the media"
    )
    selector.select("red", episode="e1")
    play_id = sign.wait_for(creative="red", state="targeted")["playId"]
    bridge.stop()
    sign.wait_for(state="disconnected", creative="red")
    sign.wait(lambda: sign.status["playId"] != play_id, "the next round")
    assert sign.shows(COLOURS["red"])


def test_after_a_restart_the_page_connects_and_shows_what_is_current(open_sign, selector, bridge):
    sign = open_sign()
    sign.wait_for(state="house-loop", creative="house")
    bridge.stop()
    sign.wait_for(state="disconnected")
    selector.select("green", episode="e5")
    bridge.start()
    sign.wait_for(state="targeted", creative="green", episode="e5")
    sign.wait(lambda: selector.heard(AdPlayback.STARTED, "green"), "the report")


def test_a_reconnect_does_not_restart_what_is_shown(open_sign, selector, bridge):
    sign = open_sign()
    selector.select("red", episode="e1")
    sign.wait_for(creative="red")
    bridge.stop()
    sign.wait_for(state="disconnected")
    bridge.start()
    sign.wait_for(state="targeted", creative="red", episode="e1")
    sign.wait(selector.sees_bridge, "the bridge in the graph")
    play_id = sign.status["playId"]
    sign.wait(lambda: sign.status["playId"] != play_id, "the next round")
    sign.wait(lambda: selector.heard(AdPlayback.COMPLETED, "red", play_id), "completed")
    assert not selector.heard(AdPlayback.INTERRUPTED, "red")


def test_a_page_that_is_opened_again_has_its_media_at_hand(open_sign):
    sign = open_sign()
    total = sign.wait_for(creative="house")["mediaTotal"]
    sign.wait(lambda: sign.status["mediaKept"] == total > 0, "the media")
    requests = []
    sign.page.on("request", lambda request: requests.append(request.url))
    sign.page.reload()
    sign.wait_for(creative="house", mediaKept=total)
    assert not [url for url in requests if url.startswith("http") and "/media/" in url]
