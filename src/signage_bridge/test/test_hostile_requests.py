"""Requests that no client would send, to the real process: each is answered in plain words and does nothing else."""

import asyncio
import json
import re
import sys

import pytest
from aiohttp import ClientSession
from hypothesis import given, settings
from hypothesis import strategies as st
from signage_common.process_testing import ProgramUnderTest
from signage_common.ros_testing import PATIENCE_S, ros_graph

pytestmark = [pytest.mark.graph, pytest.mark.fault]
MAIN = [sys.executable, "-c", "from signage_bridge.node import main; main()", "--ros-args", "-r", "__ns:=/deeplens1"]
HOST = b"Host: localhost\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded"
QUESTION = b'{"estimation": "20f", "devices": "deeplens1"}'
SERVICE = b"/gom/v1/svc/advertisement"


def get(path=b"/", *headers):
    return b"GET " + path + b" HTTP/1.1\r\n" + HOST + b"".join(each + b"\r\n" for each in headers) + b"\r\n"


def post(body, *headers, path=SERVICE):
    length = b"Content-Length: %d" % len(body)
    lines = [*headers, *([] if any(b"ength:" in each or b"chunked" in each for each in headers) else [length])]
    return b"POST " + path + b" HTTP/1.1\r\n" + HOST + b"".join(each + b"\r\n" for each in lines) + b"\r\n" + body


REQUESTS = {
    "name of 300 bytes in 100 letters": (get(b"/" + b"%EA%B0%80" * 100), 404),
    "path of 300 letters": (get(b"/" + b"a" * 300), 404),
    "name of 199 letters": (get(b"/" + b"a" * 199), 404),
    "deep path": (get(b"/" + b"a/" * 99), 404),
    "very deep path": (get(b"/" + b"a/" * 4000), 404),
    "name that is no UTF-8": (get(b"/%ff%fe"), 404),
    "media that is no UTF-8": (get(b"/media/%ff%fe"), 404),
    "NUL in a path": (get(b"/a%00b"), 404),
    "NUL in an asset": (get(b"/assets/%00"), 404),
    "half an escape": (get(b"/%"), 404),
    "raw bytes in a path": (get(b"/\xff\xfe"), 400),
    "surrogate in a path": (get(b"/%ED%A0%80"), 404),
    "charset foo": (post(b"a=b", FORM + b"; charset=foo"), 400),
    "charset rot13": (post(b"a=b", FORM + b"; charset=rot13"), 400),
    "charset hex": (post(b"a=b", FORM + b"; charset=hex"), 400),
    "charset idna": (post(b"a=b", FORM + b"; charset=idna"), 400),
    "charset of many letters": (post(b"a=b", FORM + b"; charset=" + b"x" * 5000), 400),
    "form that is no UTF-8": (post(b"estimation=%ff", FORM), 400),
    "form of raw bytes": (post(b"\xff=\xfe", FORM), 400),
    "form of many fields": (post(b"a=b&" * 1000, FORM), 400),
    "form in parts": (post(b"--x\r\n\r\n--x--", b"Content-Type: multipart/form-data; boundary=x"), 400),
    "form in parts without end": (post(b"--x", b"Content-Type: multipart/form-data"), 400),
    "broken deflate": (post(b"xxxxxxxxx", b"Content-Encoding: deflate"), 400),
    "broken gzip": (post(b"\x1f\x8bxxxxxxx", b"Content-Encoding: gzip"), 400),
    "broken brotli": (post(b"xxxxxxxxx", b"Content-Encoding: br"), 400),
    "broken zstd": (post(b"xxxxxxxxx", b"Content-Encoding: zstd"), 400),
    "encoding of nobody": (post(QUESTION, b"Content-Encoding: rot13"), 400),
    "content type of nothing": (post(b"{}", b"Content-Type: "), 400),
    "content type of noise": (post(b"{}", b'Content-Type: \xff;;="/'), 400),
    "negative length": (post(b"x", b"Content-Length: -1"), 400),
    "length with a sign": (post(b"x", b"Content-Length: +1"), 400),
    "length of words": (post(b"x", b"Content-Length: x"), 400),
    "length of a thousand digits": (post(b"x", b"Content-Length: " + b"9" * 1000), 400),
    "two lengths": (post(b"xx", b"Content-Length: 1", b"Content-Length: 2"), 400),
    "length and chunks": (post(b"0\r\n\r\n", b"Content-Length: 5", b"Transfer-Encoding: chunked"), 400),
    "bad chunk size": (post(b"zz\r\nx", b"Transfer-Encoding: chunked"), 400),
    "negative chunk size": (post(b"-1\r\nx", b"Transfer-Encoding: chunked"), 400),
    "bad chunk end": (post(b"1\r\nxyz", b"Transfer-Encoding: chunked"), 400),
    "unknown transfer encoding": (post(b"x", b"Transfer-Encoding: foo, chunked"), 400),
    "too long": (post(b" " * 5000 + QUESTION), 413),
    "no JSON": (post(b"{'a': 1}"), 400),
    "number of 4000 digits": (post(b'{"estimation": ' + b"1" * 4000 + b"}"), 400),
    "infinite": (post(b'{"estimation": 1e999, "devices": NaN}'), 400),
    "nested": (post(b"[" * 4000), 400),
    "half a surrogate": (post(b'{"estimation": "\\ud800", "devices": "\\udfff"}'), 400),
    "UTF-16": (post('{"estimation": "20f"}'.encode("utf-16")), 400),
    "post to a page": (post(b"", path=b"/"), 405),
    "NUL in a header": (get(b"/", b"X: a\0b"), 400),
    "NUL in a name": (get(b"/", b"X\0: a"), 400),
    "folded header": (get(b"/", b"X: a", b" b"), 400),
    "header without name": (get(b"/", b": a"), 400),
    "header without colon": (get(b"/", b"abc"), 400),
    "long header": (get(b"/", b"X: " + b"a" * 20_000), 400),
    "many headers": (get(b"/", *[b"X%d: a" % number for number in range(1000)]), 400),
    "two hosts": (get(b"/", b"Host: localhost"), 400),
    "unknown expectation": (get(b"/", b"Expect: foo"), 417),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "HTTP/9.9": (b"GET / HTTP/9.9\r\n" + HOST + b"\r\n", 400),
    "HTTP/0.9": (b"GET /\r\n\r\n", 403),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
    "unknown method": (b"FOO / HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "known method": (b"DELETE / HTTP/1.1\r\n" + HOST + b"\r\n", 405),
    "connect": (b"CONNECT localhost:80 HTTP/1.1\r\n" + HOST + b"\r\n", (400, 404, 405)),
    "options": (b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n", (404, 405)),
    "trace": (b"TRACE / HTTP/1.1\r\n" + HOST + b"\r\n", 405),
    "other host": (b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 403),
    "host of raw bytes": (b"GET / HTTP/1.1\r\nHost: \xff\r\n\r\n", 403),
    "no host": (b"GET / HTTP/1.1\r\n\r\n", (400, 403)),
    "address that is none": (b"GET http://[::1 HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "address of another": (b"GET http://evil.example/x HTTP/1.1\r\n" + HOST + b"\r\n", (403, 404)),
    "no address": (b"GET  HTTP/1.1\r\n" + HOST + b"\r\n", 400),
}
HARMLESS = {
    "header that is no UTF-8": get(b"/", b"X: \xff\xfe"),
    "two headers of a kind": get(b"/", b"X: a", b"X: b"),
    "date that is none": get(b"/", b"If-Modified-Since: Fri, 99 Zzz 99999999999999999999 00:00:00 GMT"),
    "tag of raw bytes": get(b"/", b'If-None-Match: "\xff"'),
    "tag without end": get(b"/", b'If-None-Match: "' + b"x" * 5000),
    "range of many digits": get(b"/", b"Range: bytes=" + b"9" * 5000 + b"-"),
    "range of noise": get(b"/", b"Range: bytes=\xff-\xfe"),
    "cookies of noise": get(b"/", b"Cookie: a=\xff;;=; =;"),
    "query of noise": get(b"/?%ff&=&&a[]=%FE%00"),
    "accept of noise": get(b"/", b"Accept-Encoding: \xff, gzip;q=nan", b"Accept: */*;q=\xff"),
    "HTTP/1.0": b"GET / HTTP/1.0\r\n" + HOST + b"\r\n",
}
VERSIONS = re.compile(r"aiohttp|python|traceback|\.py\b|site-packages|/work|/tmp", re.IGNORECASE)


@pytest.fixture(scope="module")
def run():
    """Run coroutines in one loop, so that what one leaves to be closed is closed by the next."""
    loop = asyncio.new_event_loop()
    yield loop.run_until_complete
    loop.run_until_complete(asyncio.sleep(0.1))
    loop.close()


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    """A bridge in a process of its own, for all tests: whatever one does to it, the next one would notice."""
    folder = tmp_path_factory.mktemp("bridge")
    (folder / "index.html").write_text("<!doctype html><title>sign</title>")
    (folder / "house.png").write_bytes(PICTURE)
    (folder / "ads.yaml").write_text(CATALOGUE)
    names = {"catalog": folder / "ads.yaml", "page_dir": folder, "http_port": 0, "rosbridge_port": 0}
    values = [word for name, value in names.items() for word in ("-p", f"{name}:={value}")]
    with ros_graph() as graph, ProgramUnderTest([*MAIN, *values], graph.env) as program:
        program.http_port = int(program.wait_for(r"http://\S+:(\d+)/", on_errors=True)[0][1])
        program.rosbridge_port = int(program.wait_for(r"ws://\S+:(\d+)/", on_errors=True)[0][1])
        yield program
        assert program.process.poll() is None
        assert "Traceback" not in program.errors and "unexpected" not in program.errors, program.errors[-3000:]


CATALOGUE = """\
version: 1
timezone: UTC
fallback: [house]
creatives: {house: {file: house.png, duration_s: 10}}
campaigns: {}
"""
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360f8ffff3f0005fe02fe0def46b80000000049454e44ae426082"
)


QUIET_S = 0.1
"""How long nothing has to come until what was sent counts as answered; sent noise may ask for nothing."""


async def send(port, data):
    """Send bytes; return what comes back until the connection ends or is quiet."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    received = b""
    try:
        writer.write(data)
        while piece := await asyncio.wait_for(reader.read(65536), QUIET_S):
            received += piece
    except (ConnectionError, asyncio.TimeoutError):
        pass
    writer.transport.abort()
    return received


async def first_answer(port, data):
    """Send bytes; return status, headers and body of the first answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE_S)).decode("latin-1")
    length = int(re.search(r"content-length: (\d+)", head, re.IGNORECASE)[1])
    body = await reader.readexactly(length)
    writer.close()
    return int(head.split()[1]), head, body


async def still_serves(process):
    async with ClientSession() as web, web.get(f"http://127.0.0.1:{process.http_port}/config.json") as answer:
        return answer.status == 200


@pytest.mark.parametrize("kind", REQUESTS)
async def test_a_wrong_request_gets_one_line_that_names_nothing_inside(process, kind):
    request, expected = REQUESTS[kind]
    status, head, body = await first_answer(process.http_port, request)
    assert status in (expected if isinstance(expected, tuple) else (expected,)), (head, body)
    assert "Server: signage_bridge" in head and not VERSIONS.search(head + body.decode())
    if status != 417:  # answered before anything of ours is asked
        assert list(json.loads(body)) == ["error"] and b"\n" not in body
    assert await still_serves(process)


@pytest.mark.parametrize("kind", HARMLESS)
async def test_odd_headers_that_mean_nothing_are_no_reason_to_refuse(process, kind):
    status, _, body = await first_answer(process.http_port, HARMLESS[kind])
    assert status == 200 and b"<title>sign</title>" in body


@pytest.mark.parametrize("kind", [kind for kind in REQUESTS if "post" not in kind and "charset" not in kind])
async def test_the_rosbridge_port_answers_in_the_same_way(process, kind):
    received = (await send(process.rosbridge_port, REQUESTS[kind][0])).decode("latin-1")
    assert not VERSIONS.search(received.replace("expected rosbridge v2", "")), received
    assert not received or (received.startswith("HTTP/") and received.split()[1][0] == "4")


async def test_a_client_that_leaves_at_any_moment_is_no_mishap(process):
    request = post(QUESTION)
    for end in range(0, len(request), 3):
        _, writer = await asyncio.open_connection("127.0.0.1", process.http_port)
        writer.write(request[:end])
        await writer.drain()
        writer.transport.abort()
    assert await still_serves(process)


FUZZ = settings(max_examples=100, deadline=None)
HANDSHAKE = get(
    b"/",
    b"Upgrade: websocket",
    b"Connection: Upgrade",
    b"Sec-WebSocket-Version: 13",
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
)
WORDS = b"GET |POST |/|/health| HTTP/1.1\r\n|\r\n|Content-Length: |5|-|0|Transfer-Encoding: chunked\r\n|%|:|\0|\xff"
TOKENS = st.sampled_from([*WORDS.split(b"|"), *HANDSHAKE.splitlines(keepends=True), SERVICE, HOST, QUESTION, FORM])
NOISE = st.lists(st.one_of(TOKENS, st.binary(max_size=20)), max_size=30).map(b"".join)


@FUZZ
@given(data=NOISE)
def test_noise_at_the_page_is_answered_with_4xx_at_most(process, run, data):
    received = run(send(process.http_port, data))
    statuses = [int(status) for status in re.findall(rb"^HTTP/1\.[01] (\d{3}) ", received, re.MULTILINE)]
    assert all(status < 500 or status == 503 for status in statuses), received
    assert run(still_serves(process))


@FUZZ
@given(data=NOISE)
def test_noise_at_rosbridge_is_answered_with_4xx_at_most(process, run, data):
    received = run(send(process.rosbridge_port, data))
    statuses = [int(status) for status in re.findall(rb"^HTTP/1\.[01] (\d{3}) ", received, re.MULTILINE)]
    assert all(status < 500 for status in statuses), received
    assert run(still_serves(process))


NUMBERS = st.one_of(
    st.integers(),
    st.floats(),
    st.sampled_from([10**300, -(10**300), 2**31, 2**53, 2**63, 2**64, 0.5, -0.0, 1e308, True, None, "1", "", [], {}]),
)
JSON = st.recursive(
    st.one_of(
        NUMBERS, st.text(max_size=20), st.sampled_from(["\ud800", "\0", "x" * 300, "ad", "playback", "none", "png"])
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)),
    max_leaves=8,
)
SUBSCRIBE_FIELDS = ["topic", "type", "throttle_rate", "queue_length", "fragment_size", "compression"]
OTHER_FIELDS = ["op", "id", "msg", "service", "args", "timeout", "level", "num", "total", "data", "latch"]
FIELDS = st.sampled_from([*SUBSCRIBE_FIELDS, *OTHER_FIELDS])
OPS = st.sampled_from(
    ["subscribe", "unsubscribe", "advertise", "unadvertise", "publish", "call_service", "set_level", "fragment", "auth"]
)
REPORT_FIELDS = st.sampled_from(["stamp", "screen", "device", "play_id", "creative", "episode", "event", "detail", "x"])
REPORT = st.dictionaries(REPORT_FIELDS, st.one_of(JSON, st.dictionaries(st.sampled_from(["sec", "nanosec"]), NUMBERS)))
MESSAGE = st.builds(
    lambda fields, op, report: {
        **fields,
        "op": op,
        **({"topic": "playback", "msg": report} if op == "publish" else {}),
    },
    st.dictionaries(FIELDS, JSON, max_size=6),
    OPS,
    REPORT,
)
LONG_NUMBER = '{"op": "subscribe", "topic": "ad", "throttle_rate": ' + "9" * 4000 + "}"
TEXTS = st.one_of(MESSAGE.map(json.dumps), st.text(max_size=50), st.just(LONG_NUMBER))


async def talk(process, texts):
    """Send texts as one client; return the codes of what was refused."""
    codes = []
    async with ClientSession() as web, web.ws_connect(f"ws://127.0.0.1:{process.rosbridge_port}/") as client:
        for text in [*texts, '{"op": "dance", "id": "the end"}']:
            await client.send_str(text.encode(errors="replace").decode())
        while True:
            message = await client.receive(timeout=PATIENCE_S)
            answer = json.loads(message.data) if isinstance(message.data, str) else {"op": "cbor"}
            if answer["op"] == "status" and answer["level"] in ("error", "warning"):
                codes.append(answer["code"])
            if answer.get("id") == "the end":
                return codes


@FUZZ
@given(texts=st.lists(TEXTS, max_size=8))
def test_whatever_a_client_says_is_answered_and_foreseen(process, run, texts):
    codes = run(talk(process, texts))
    assert codes[-1] == "unknown" and "internal" not in codes


def frame(first, mask_and_length, payload):
    return bytes([first, mask_and_length]) + b"mask" + payload


FRAME = st.builds(frame, st.integers(0, 255), st.integers(0, 255), st.binary(max_size=130))
FRAMES = st.lists(FRAME | st.binary(max_size=10), max_size=20).map(b"".join)


@FUZZ
@given(data=FRAMES)
def test_noise_in_frames_ends_no_other_connection(process, run, data):
    received = run(send(process.rosbridge_port, HANDSHAKE + data))
    assert received.startswith(b"HTTP/1.1 101 ")
    assert run(talk(process, [])) == ["unknown"]
