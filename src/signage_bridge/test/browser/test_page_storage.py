"""Browsers that keep nothing, or fail at it in any way: the page shows, answers and reports all the same."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from page_stage import COLOURS, Sign
from signage_common.browser import CHROMIUM_FLAGS, find_browser
from signage_msgs.msg import AdPlayback

pytestmark = [pytest.mark.browser, pytest.mark.fault]

REFUSE = "() => { throw new DOMException('blocked', 'SecurityError'); }"
FULL = "() => { throw new DOMException('full', 'QuotaExceededError'); }"


def getter(name: str, code: str) -> str:
    return f"Object.defineProperty(window, '{name}', {{get: {code}}});"


def method(owner: str, name: str, code: str) -> str:
    return f"{owner}.prototype.{name} = function () {{ {code} }};"


# A question that is never answered: the request that comes back never has a result.
SILENT = "return new EventTarget();"
FAIL = "throw new DOMException('broken', 'UnknownError');"
SCRIPTS = {
    "localStorage throws when it is named": getter("localStorage", REFUSE),
    "localStorage is null": getter("localStorage", "() => null"),
    "localStorage can't be read": method("Storage", "getItem", FAIL),
    "localStorage is full": f"Storage.prototype.setItem = {FULL};",
    "localStorage holds something else": "localStorage.setItem(`signage-farewell/deeplens1/"
    "${new URLSearchParams(location.search).get('screen')}`, 'null');",
    "all stores throw when they are named": "".join(
        getter(name, REFUSE) for name in ("localStorage", "sessionStorage", "indexedDB", "caches")
    ),
    "all stores are undefined": "".join(
        getter(name, "() => undefined") for name in ("localStorage", "sessionStorage", "indexedDB", "caches")
    ),
    "indexedDB is null": getter("indexedDB", "() => null"),
    "databases can't be opened": method("IDBFactory", "open", FAIL),
    "databases open with an error": method(
        "IDBFactory", "open", "const r = {}; setTimeout(() => { r.error = new Error('no'); r.onerror?.(); }); return r;"
    ),
    "databases never open": method("IDBFactory", "open", SILENT),
    "databases are blocked": method("IDBFactory", "open", "const r = {}; setTimeout(() => r.onblocked?.()); return r;"),
    "transactions can't begin": method("IDBDatabase", "transaction", FAIL),
    "transactions never end": "const begin = IDBDatabase.prototype.transaction;"
    + method(
        "IDBDatabase",
        "transaction",
        "const t = begin.apply(this, arguments);"
        "return arguments[1] === 'readonly' ? t : {objectStore: (name) => t.objectStore(name)};",
    ),
    "nothing can be read": "".join(method("IDBObjectStore", name, FAIL) for name in ("get", "getAll", "getAllKeys")),
    "reading is never answered": "".join(
        method("IDBObjectStore", name, SILENT) for name in ("get", "getAll", "getAllKeys", "count")
    ),
    "nothing can be written": "".join(method("IDBObjectStore", name, FAIL) for name in ("put", "add")),
    "writing aborts": "".join(
        method("IDBObjectStore", name, "this.transaction.abort(); return {};") for name in ("put", "add")
    ),
    "there is no room": "".join(f"IDBObjectStore.prototype.{name} = {FULL};" for name in ("put", "add")),
    "nothing can be removed": method("IDBObjectStore", "delete", FAIL),
    "databases close again and again": "const begin = IDBDatabase.prototype.transaction; let count = 0;"
    + method("IDBDatabase", "transaction", "if (++count % 3 === 0) this.close(); return begin.apply(this, arguments);"),
}


def check_all_works(sign: Sign) -> None:
    """The house playlist is shown, somebody is answered, all media are at hand, and reports arrive."""
    selector = sign.selector
    sign.wait_for(state="house-loop", creative="house")
    sign.wait(lambda: sign.shows(COLOURS["house"]), "the house loop's colour")
    selector.select("red", episode="e1")
    sign.wait_for(state="targeted", creative="red")
    sign.wait(lambda: selector.heard(AdPlayback.COMPLETED, "red"), "the report")
    sign.wait(lambda: sign.status.get("mediaKept") == sign.status.get("mediaTotal", 0) > 0, "the media")
    assert not sign.errors


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_browser_whose_storage_fails(open_sign, name):
    sign = open_sign(script=SCRIPTS[name])
    check_all_works(sign)
    sign.page.reload()
    sign.wait_for(state="targeted", creative="red")
    assert not sign.errors


def test_the_reports_go_out_once_though_none_can_be_removed(open_sign, selector):
    sign = open_sign(script=SCRIPTS["nothing can be removed"])
    sign.wait(lambda: len(selector.heard(AdPlayback.COMPLETED, "house")) >= 3, "three plays")
    told = [(play.play_id, play.event) for play in selector.plays]
    assert len(told) == len(set(told))


@pytest.fixture
def blocked_context(chromium: Any, tmp_path: Path) -> Iterator[Any]:
    """A browser in which the operator blocked site data."""
    settings = tmp_path / "Default" / "Preferences"
    settings.parent.mkdir()
    settings.write_text(json.dumps({"profile": {"default_content_setting_values": {"cookies": 2}}}))
    context = chromium.browser_type.launch_persistent_context(
        str(tmp_path), executable_path=find_browser(os.environ), args=list(CHROMIUM_FLAGS)
    )
    yield context
    context.close()


def test_a_browser_that_blocks_site_data(blocked_context, bridge, selector):
    page = blocked_context.new_page()
    sign = Sign(page, selector)
    page.goto(f"http://127.0.0.1:{bridge.http_port}/?device=deeplens1&screen={selector.screen}")
    assert "SecurityError" in page.evaluate(
        "() => { try { return localStorage; } catch (error) { return error.name; } }"
    )
    check_all_works(sign)


OTHER_VERSION = """(name) => new Promise((resolve, reject) => {
  const request = indexedDB.open(name, 99);
  request.onupgradeneeded = () => request.result.createObjectStore("other");
  request.onsuccess = () => { request.result.close(); resolve(); };
  request.onerror = () => reject(request.error);
})"""


def test_databases_of_a_newer_page(open_sign, context, bridge, selector):
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{bridge.http_port}/config.json")
    for name in ("signage-media", f"signage-reports/deeplens1/{selector.screen}"):
        page.evaluate(OTHER_VERSION, name)
    page.close()
    check_all_works(open_sign())


KEEP_OTHER_VALUES = """(values) => new Promise((resolve, reject) => {
  const request = indexedDB.open("signage-media", 1);
  request.onsuccess = () => {
    const writing = request.result.transaction("values", "readwrite");
    for (const [name, value] of Object.entries(values)) writing.objectStore("values").put(value, name);
    writing.oncomplete = () => { request.result.close(); resolve(); };
  };
})"""


@pytest.mark.parametrize("value", [None, 7, "x", [], {}, {"creatives": [None], "fallback": None, "screens": 7}])
def test_what_an_earlier_page_kept_is_anything(open_sign, context, value):
    sign = open_sign()
    sign.wait_for(creative="house")
    sign.page.evaluate(KEEP_OTHER_VALUES, {"config": value, "manifest": value})
    sign.page.reload()
    check_all_works(sign)


FORGET_ALL = """async () => {
  for (const { name } of await indexedDB.databases()) indexedDB.deleteDatabase(name);
}"""


def set_quota(sign: Sign, size_bytes: int) -> None:
    """Let the browser give the page so much room, whatever it says of it."""
    session = sign.page.context.new_cdp_session(sign.page)
    origin = sign.page.evaluate("location.origin")
    session.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": size_bytes})


@pytest.mark.parametrize("size_bytes", [1, 20_000, 60_000])
def test_a_browser_that_is_full_from_the_beginning(open_sign, context, size_bytes):
    sign = open_sign()
    set_quota(sign, size_bytes)
    sign.page.evaluate(
        "async () => { for (const { name } of await indexedDB.databases()) indexedDB.deleteDatabase(name); }"
    )
    sign.page.reload()
    check_all_works(sign)


def test_what_was_just_fetched_is_used_though_the_browser_is_full(open_sign, context):
    sign = open_sign()
    before = sign.wait_for(creative="house")["mediaTotal"]
    sign.wait(lambda: sign.status["mediaKept"] == before, "the media")
    set_quota(sign, 1)

    def shorten(route: Any) -> None:
        manifest = route.fetch().json()
        manifest["creatives"] = [entry for entry in manifest["creatives"] if entry["name"] != "green"]
        route.fulfill(json=manifest)

    context.route("**/manifest.json", shorten)
    sign.page.reload()
    sign.wait_for(creative="house", mediaTotal=before - 1)
    check_all_works(sign)
