"""The HTTP port of the real node beside the real selector."""

import json

import pytest
from aiohttp import ClientSession
from yarl import URL

pytestmark = pytest.mark.graph
QUESTION = {"estimation": "20f", "devices": "deeplens1"}
SERVICE = "/gom/v1/svc/advertisement"


@pytest.fixture
def get(running, web):
    async def get(path, method="GET", **options):
        async with web.request(method, running.http + path, **options) as answer:
            answer.content_bytes = await answer.read()
            return answer

    return get


@pytest.mark.parametrize(
    ("path", "kind", "words"),
    [
        ("/", "text/html; charset=utf-8", b"<title>sign</title>"),
        ("/?device=deeplens1&screen=lobby", "text/html; charset=utf-8", b"<title>sign</title>"),
        ("/operator", "text/html; charset=utf-8", b"<title>operator</title>"),
        ("/assets/app-1a2b3c4d.js", "text/javascript; charset=utf-8", b"export {}"),
    ],
)
async def test_the_page(get, path, kind, words):
    answer = await get(path)
    assert answer.status == 200 and answer.headers["Content-Type"] == kind and words in answer.content_bytes
    immutable = "immutable" in answer.headers["Cache-Control"]
    assert immutable == path.startswith("/assets/")
    again = await get(path, headers={"If-None-Match": answer.headers["Etag"]})
    assert again.status == 304


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/notes.xyz",
        "/.hidden.html",
        "/link.html",
        "/assets",
        "/assets/",
        "/..%2foutside.html",
        "/%2e%2e/outside.html",
        "/..\\outside.html",
        "/assets/..%2f..%2foutside.html",
        "/%2fetc/passwd",
        "//etc/passwd",
        "/index.html%00",
        "/media/",
        "/media/house.png",
        "/media/ads.yaml",
        "/media/..%2fmedia%2fads.yaml",
        "/media/house.0000000000000000.png",
        "/gom/v1/svc/other",
        pytest.param("/" + "x" * 5000, id="long"),
        pytest.param("/media/" + "x" * 5000, id="long media"),
    ],
)
async def test_nothing_else_is_there(running, path):
    async with ClientSession() as web, web.get(URL(running.http + path, encoded=True)) as answer:
        assert answer.status == 404
        assert list(await answer.json()) == ["error"]


async def test_the_page_may_load_only_itself_and_reach_only_its_rosbridge(get, running):
    answer = await get("/", headers={"Host": f"localhost:{running.bridge.http_port}"})
    policy = answer.headers["Content-Security-Policy"]
    assert f"connect-src 'self' ws://localhost:{running.bridge.rosbridge_port} " in policy
    assert "default-src 'none'" in policy and "script-src 'self';" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff" and "aiohttp" not in answer.headers["Server"]


@pytest.mark.parametrize(
    ("wanted", "status", "content_range"),
    [
        ("bytes=0-9", 206, "bytes 0-9/{size}"),
        ("bytes=10-", 206, "bytes 10-{last}/{size}"),
        ("bytes=-5", 206, "bytes {minus5}-{last}/{size}"),
        ("bytes=999999999-", 416, "bytes */{size}"),
        (None, 200, None),
    ],
)
async def test_media_with_ranges(get, catalogue_file, wanted, status, content_range):
    manifest = json.loads((await get("/manifest.json")).content_bytes)
    creative = next(entry for entry in manifest["creatives"] if entry["name"] == "커피")
    content = (catalogue_file.parent / "coffee.png").read_bytes()
    assert creative["bytes"] == len(content) and creative["duration_s"] == 8 and manifest["fallback"] == ["house"]
    answer = await get(creative["url"], headers={"Range": wanted} if wanted else {})
    assert answer.status == status
    numbers = {"size": len(content), "last": len(content) - 1, "minus5": len(content) - 5}
    if content_range:
        assert answer.headers["Content-Range"] == content_range.format(**numbers)
    if status < 300:
        assert answer.headers["Content-Type"] == "image/png" and "immutable" in answer.headers["Cache-Control"]
        first = {"bytes=10-": 10, "bytes=-5": len(content) - 5}.get(wanted, 0)
        assert answer.content_bytes == content[first : 10 if wanted == "bytes=0-9" else None]


async def test_head_and_wrong_methods(get):
    head = await get("/", method="HEAD")
    assert head.status == 200 and head.content_bytes == b"" and int(head.headers["Content-Length"]) > 10
    assert (await get("/", method="POST")).status == 405
    wrong = await get(SERVICE)
    assert wrong.status == 405 and wrong.headers["Allow"] == "POST"


async def test_the_catalogue_follows_its_file(get, catalogue_file, eventually):
    catalogue_file.write_text(catalogue_file.read_text().replace("커피", "Tee"))

    async def new_names():
        names = [entry["name"] for entry in json.loads((await get("/manifest.json")).content_bytes)["creatives"]]
        return names if "Tee" in names else None

    assert await eventually(new_names, "the new catalogue") == ["house", "Tee"]


async def test_health(get, start_bridge, web, eventually):
    async def good_report():
        answer = await get("/health")
        return json.loads(answer.content_bytes) if answer.status == 200 else None

    report = await eventually(good_report, "good health")
    assert report["status"] == "ok" and report["problems"] == []
    assert report["topics"]["/deeplens1/ad"]["publishers"] == 1
    lonely = start_bridge(selector=False)
    async with web.get(f"{lonely.http}/health") as answer:
        assert answer.status == 503
        assert (await answer.json())["problems"] == ["nobody publishes /deeplens1/ad: is ad_selector running?"]


async def test_config(get, running):
    assert json.loads((await get("/config.json")).content_bytes) == {
        "rosbridge_port": running.bridge.rosbridge_port,
        "device": "deeplens1",
        "devices": ["deeplens1"],
        "screens": [],
        "journal": False,
    }


@pytest.mark.parametrize("body", [{"json": QUESTION}, {"data": QUESTION}])
async def test_the_api_of_the_paper(get, body):
    answer = await get(SERVICE, method="POST", **body)
    ad = json.loads(answer.content_bytes)
    assert answer.status == 200 and ad["creative"] == "커피" and ad["estimation"] == "20f" and ad["ad_id"] == "7"
    assert ad["url"].startswith("/media/") and (await get(ad["url"])).status == 200


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"data": b"{'estimation': '20f'}"}, 400),
        ({"json": {"devices": "deeplens1"}}, 400),
        ({"json": {**QUESTION, "estimation": "21f"}}, 400),
        ({"json": {**QUESTION, "estimation": 20}}, 400),
        ({"json": {**QUESTION, "devices": "deeplens9"}}, 400),
        ({"json": []}, 400),
        ({"data": b"[" * 4000}, 400),
        ({"json": {**QUESTION, "more": "x" * 10_000}}, 413),
        ({"json": QUESTION, "headers": {"Origin": "http://evil.example"}}, 403),
        ({"json": QUESTION, "headers": {"Origin": "null"}}, 403),
    ],
)
async def test_wrong_questions_get_one_line(get, options, status):
    answer = await get(SERVICE, method="POST", **options)
    assert answer.status == status
    assert "\n" not in json.loads(answer.content_bytes)["error"]


async def test_the_pages_own_origin_may_ask(get, running):
    answer = await get(SERVICE, method="POST", json=QUESTION, headers={"Origin": running.http})
    assert answer.status == 200


async def test_an_absent_selector_is_told(start_bridge, web):
    lonely = start_bridge(selector=False)
    async with web.post(lonely.http + SERVICE, json=QUESTION) as answer:
        assert answer.status == 503
        assert await answer.json() == {"error": "service /deeplens1/choose_ad is not there"}


@pytest.mark.parametrize("path", ["/", "/health", "/manifest.json", "/media/x"])
async def test_an_unknown_host_is_refused(get, path):
    answer = await get(path, headers={"Host": "evil.example"})
    assert answer.status == 403 and "allowed_hosts" in json.loads(answer.content_bytes)["error"]
