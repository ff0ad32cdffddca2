"""How the page gets its media: over networks that are slow or break off, and onto disks that are full."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any
from urllib.parse import urlsplit

import pytest
from page_stage import LARGE, LARGE_BYTES, LARGE_COLOUR, Sign

pytestmark = [pytest.mark.browser, pytest.mark.fault]
FAST, SLOW = -1, 400_000  # bytes a second
STORED = """() => new Promise((resolve) => {
  const request = indexedDB.open("signage-media", 1);
  request.onsuccess = () => {
    const reading = request.result.transaction("media").objectStore("media").getAll();
    reading.onsuccess = () => { request.result.close(); resolve(reading.result.map(({digest}) => digest)); };
  };
})"""


class Network:
    """The page's network, and which creatives it fetched over it into its store.

    Attributes:
        ranges: by creative, the Range header of each request; None if it had none.
        received: by creative, the bytes that came.
    """

    def __init__(self, sign: Sign) -> None:
        self.session = sign.page.context.new_cdp_session(sign.page)
        self.session.on("Network.requestWillBeSent", self._on_request)
        self.session.on("Network.dataReceived", self._on_data)
        self.session.send("Network.enable")
        self._names: dict[str, str] = {}
        self.ranges: defaultdict[str, list[str | None]] = defaultdict(list)
        self.received: Counter[str] = Counter()

    def set(self, bytes_per_s: int, offline: bool = False) -> None:
        rates = {"downloadThroughput": bytes_per_s, "uploadThroughput": -1, "latency": 0}
        self.session.send("Network.emulateNetworkConditions", {"offline": offline, **rates})

    def _on_request(self, event: dict[str, Any]) -> None:
        path = urlsplit(event["request"]["url"]).path
        if path.startswith("/media/") and event.get("type") == "Fetch":
            name = path.removeprefix("/media/").partition(".")[0]
            self._names[event["requestId"]] = name
            self.ranges[name].append(event["request"]["headers"].get("Range"))

    def _on_data(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self._names:
            self.received[self._names[event["requestId"]]] += event["dataLength"]


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


def test_a_download_that_breaks_off_goes_on_where_it_was(open_sign):
    sign = open_sign()
    wait_for_media(sign)
    address = sign.page.url
    empty_stores(sign)
    network = Network(sign)
    network.set(SLOW)
    sign.page.goto(address)
    sign.wait(lambda: network.received[LARGE] > LARGE_BYTES / 4, "a part of the film")
    network.set(SLOW, offline=True)
    network.set(FAST)
    wait_for_media(sign)
    first, *later = network.ranges[LARGE]
    assert first is None and later and all(each and each.startswith("bytes=") for each in later)
    assert network.received[LARGE] < 1.5 * LARGE_BYTES


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
    network = Network(sign)
    network.session.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": room_bytes})
    sign.page.goto(address)
    total = wait_for_media(sign)
    for episode in ("e1", "e2"):
        cable.cut()
        sign.wait_for(connection="disconnected")
        cable.mend()
        selector.select("red", episode=episode)
        sign.wait_for(connection="connected", episode=episode)
    assert sign.status["mediaKept"] == total
    assert {name: len(ranges) for name, ranges in network.ranges.items()} == dict.fromkeys(network.ranges, 1)
    assert selector.creatives["house"].digest in sign.page.evaluate(STORED)
    sign.page.goto(address)
    assert wait_for_media(sign) == total
