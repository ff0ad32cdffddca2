"""How the page gets its media: over networks that are slow or break off, and onto disks that are full."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from urllib.parse import urlsplit

import pytest
from page_cable import Cable
from page_stage import LARGE, LARGE_BYTES, LARGE_COLOUR, Sign
from signage_common.process_testing import free_ports

pytestmark = [pytest.mark.browser, pytest.mark.fault]
STORED = """() => new Promise((resolve) => {
  const request = indexedDB.open("signage-media", 1);
  request.onsuccess = () => {
    const reading = request.result.transaction("media").objectStore("media").getAll();
    reading.onsuccess = () => { request.result.close(); resolve(reading.result.map(({digest}) => digest)); };
  };
})"""


def watch_fetches(sign: Sign) -> defaultdict[str, list[str | None]]:
    """Note each request that the page makes for its store: by creative, its Range; None if it has none."""
    ranges: defaultdict[str, list[str | None]] = defaultdict(list)

    def note(request: Any) -> None:
        path = urlsplit(request.url).path
        if request.resource_type == "fetch" and path.startswith("/media/"):
            ranges[path.removeprefix("/media/").partition(".")[0]].append(request.headers.get("range"))

    sign.page.on("request", note)
    return ranges


def wait_for_media(sign: Sign) -> int:
    """Wait until all media are at hand; return how many there are."""
    sign.wait(lambda: sign.status.get("mediaKept") == sign.status.get("mediaTotal", 0) > 0, "the media")
    return sign.status["mediaTotal"]


def empty_stores(sign: Sign) -> None:
    sign.page.goto(sign.page.evaluate("location.origin") + "/config.json")
    sign.page.evaluate(
        "() => Promise.all(['signage-media'].map((name) => new Promise((resolve) => {"
        "indexedDB.deleteDatabase(name).onsuccess = resolve; })))"
    )


def test_a_download_that_breaks_off_goes_on_where_it_was(context, bridge, selector):
    cable = Cable(bridge.http_port, longest_answer=LARGE_BYTES // 3)
    bridge.stop()
    bridge.start(allowed_origins=f"['http://127.0.0.1:{cable.port}']")
    sign = Sign(context.new_page(), selector)
    ranges = watch_fetches(sign)
    sign.page.goto(f"http://127.0.0.1:{cable.port}/?device=deeplens1&screen={selector.screen}")
    wait_for_media(sign)
    begins = [int(each.removeprefix("bytes=").removesuffix("-")) if each else 0 for each in ranges[LARGE]]
    assert begins[0] == 0 and len(set(begins)) >= 3 and begins == sorted(begins)
    selector.select(LARGE, episode="e1")
    sign.wait_for(creative=LARGE)
    sign.wait(lambda: sign.shows(LARGE_COLOUR), "the film's colour")
    cable.close()


def test_long_delays_are_no_cut(context, bridge, selector):
    sign = Sign(context.new_page(), selector)
    session = sign.page.context.new_cdp_session(sign.page)
    session.send("Network.enable")
    slow = {"latency": 3000, "downloadThroughput": 400_000, "uploadThroughput": 400_000}
    session.send("Network.emulateNetworkConditions", {"offline": False, **slow})
    address = f"http://127.0.0.1:{bridge.http_port}/?device=deeplens1&screen={selector.screen}"
    sign.page.goto(address)
    sign.wait_for(state="house-loop", creative="house")
    wait_for_media(sign)
    bridge.stop()
    bridge.start(rosbridge_port=free_ports(1)[0])
    sign.page.goto(address)
    sign.wait_for(state="house-loop", creative="house", connection="connected")


def test_a_film_that_is_not_at_hand_yet_is_played_from_the_network(open_sign, selector, context):
    context.route(
        "**/media/**", lambda route: route.abort() if route.request.resource_type == "fetch" else route.continue_()
    )
    sign = open_sign()
    sign.wait_for(creative="house", mediaKept=0)
    selector.select(LARGE, episode="e1")
    sign.wait_for(creative=LARGE, state="targeted")
    sign.wait(lambda: sign.shows(LARGE_COLOUR), "the film's colour")


@pytest.mark.parametrize("room_bytes", [1_000_000, LARGE_BYTES + 100_000])
def test_a_disk_that_is_smaller_than_reported_is_used_once(open_sign, selector, cable, room_bytes):
    sign = open_sign()
    wait_for_media(sign)
    address, origin = sign.page.url, sign.page.evaluate("location.origin")
    empty_stores(sign)
    ranges = watch_fetches(sign)
    session = sign.page.context.new_cdp_session(sign.page)
    session.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": room_bytes})
    sign.page.goto(address)
    total = wait_for_media(sign)
    for episode in ("e1", "e2"):
        cable.cut()
        sign.wait_for(connection="disconnected")
        cable.mend()
        selector.select("red", episode=episode)
        sign.wait_for(connection="connected", episode=episode)
    assert sign.status["mediaKept"] == total
    assert len(ranges) == total and all(len(requests) == 1 for requests in ranges.values()), ranges
    assert selector.creatives["house"].digest in sign.page.evaluate(STORED)
    sign.page.goto(address)
    assert wait_for_media(sign) == total
