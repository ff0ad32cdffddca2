"""Files in ranges, and media that are large, change or vanish while they are served."""

import asyncio
import gzip
import hashlib
import os
import re

import psutil
import pytest
from signage_bridge.http.files import UnsatisfiableRangeError, parse_range
from signage_catalogue.testing import media_folder

__all__ = ["media_folder"]

BIG = 200_000_000


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("", None),
        ("bytes=0-9", (0, 10)),
        ("bytes=0-0", (0, 1)),
        ("bytes=99-", (99, 100)),
        ("bytes=10-", (10, 100)),
        ("bytes=-5", (95, 100)),
        ("bytes=-500", (0, 100)),
        ("bytes=0-" + "9" * 300, (0, 100)),
        ("BYTES = 1 - 2 ", (1, 3)),
        ("bytes=5-2", None),
        ("bytes=-", None),
        ("bytes=a-b", None),
        ("bytes=1.5-2", None),
        ("bytes=+1-2", None),
        ("bytes=٣-٤", None),
        ("bytes=0-1,5-6", None),
        ("items=0-5", None),
        ("bytes=" + "9" * 5000 + "-", None),
        ("bytes=0x1-2", None),
    ],
)
def test_ranges(header, expected):
    assert parse_range(header, 100) == expected


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=" + "9" * 300 + "-"])
def test_ranges_of_nothing(header):
    with pytest.raises(UnsatisfiableRangeError):
        parse_range(header, 100)


def test_an_empty_file_has_no_range():
    for header in ("bytes=0-", "bytes=-1"):
        with pytest.raises(UnsatisfiableRangeError):
            parse_range(header, 0)


@pytest.fixture
def catalogue_file(tmp_path, media_folder):
    """A catalogue whose only creative is a film."""
    (tmp_path / "house.webm").write_bytes((media_folder / "film.webm").read_bytes())
    (tmp_path / "ads.yaml").write_text(
        "{version: 1, timezone: UTC, fallback: [house], creatives: {house: {file: house.webm}}, campaigns: {}}"
    )
    return tmp_path / "ads.yaml"


@pytest.fixture
def media(running, web, eventually):
    """Fetch a creative of the running bridge, which may have been changed."""

    class Media:
        path = running.bridge._bridge.catalogue.media.catalogue.creatives["house"].path

        async def entry(self, size=None):
            async with web.get(f"{running.http}/manifest.json") as answer:
                found = next(each for each in (await answer.json())["creatives"] if each["name"] == "house")
            return found if size in (None, found["bytes"]) else None

        async def make(self, size):
            """Make the file that long; return its new address."""
            with self.path.open("r+b") as file:
                file.seek(0, os.SEEK_END)
                while (missing := size - file.tell()) > 0:
                    file.write(os.urandom(min(missing, 1_000_000)))
            return (await eventually(lambda: self.entry(size), "the longer file"))["url"]

        def get(self, url, **headers):
            headers = {name.replace("_", "-"): value for name, value in headers.items()}
            return web.get(running.http + url, headers=headers)

    return Media()


@pytest.mark.graph
async def test_ranges_are_tied_to_the_content_that_the_client_has(media):
    entry = await media.entry()
    content = media.path.read_bytes()
    async with media.get(entry["url"]) as answer:
        tag = answer.headers["ETag"]
        assert (answer.status, answer.headers["Accept-Ranges"], tag) == (200, "bytes", f'"{entry["digest"]}"')
        assert await answer.read() == content
    wanted = {"Range": "bytes=10-"}
    async with media.get(entry["url"], **wanted, If_Range=tag) as answer:
        assert answer.status == 206 and await answer.read() == content[10:]
        assert answer.headers["Content-Range"] == f"bytes 10-{len(content) - 1}/{len(content)}"
    for other in ('"other"', f"W/{tag}", "Fri, 27 Nov 2026 10:00:00 GMT", "noise"):
        async with media.get(entry["url"], **wanted, If_Range=other) as answer:
            assert answer.status == 200 and await answer.read() == content, other
    async with media.get(entry["url"], Range=f"bytes={len(content)}-", If_Range=tag) as answer:
        assert (answer.status, answer.headers["Content-Range"]) == (416, f"bytes */{len(content)}")
    for known in (tag, f"W/{tag}", f'"a", {tag}', "*"):
        async with media.get(entry["url"], If_None_Match=known) as answer:
            assert (answer.status, answer.headers["ETag"], await answer.read()) == (304, tag, b"")


@pytest.mark.graph
@pytest.mark.fault
async def test_a_long_film_comes_whole_piece_by_piece_while_others_are_served(media, running, web):
    url = await media.make(BIG)
    memory = psutil.Process()
    before = memory.memory_info().rss
    answers = 0
    digest, length = hashlib.sha256(), 0
    async with media.get(url) as film:
        while piece := await film.content.read(1_000_000):
            digest.update(piece)
            length += len(piece)
            if length // 20_000_000 > answers:
                async with web.get(f"{running.http}/config.json") as answer:
                    answers += (await answer.read()) != b""
    assert length == BIG and answers == 10
    assert digest.hexdigest() == hashlib.sha256(media.path.read_bytes()).hexdigest()
    assert memory.memory_info().rss - before < 50_000_000


@pytest.mark.graph
@pytest.mark.fault
async def test_a_download_that_was_cut_is_resumed(media):
    url = await media.make(5_000_000)
    async with media.get(url) as film:
        begun = await film.content.readexactly(1_234_567)
        tag = film.headers["ETag"]
    async with media.get(url, Range=f"bytes={len(begun)}-", If_Range=tag) as film:
        assert film.status == 206
        rest = await film.read()
    assert begun + rest == media.path.read_bytes()


@pytest.mark.graph
@pytest.mark.fault
@pytest.mark.parametrize("how", ["shorter", "rewritten", "touched"])
async def test_a_file_that_changes_while_it_is_sent_never_ends_as_if_it_were_whole(running, media, how):
    url = await media.make(50_000_000)
    reader, writer = await asyncio.open_connection("127.0.0.1", running.bridge.http_port, limit=10_000)
    writer.write(f"GET {url} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    if how == "shorter":
        os.truncate(media.path, 1000)
    elif how == "rewritten":
        with media.path.open("r+b") as file:
            file.seek(49_000_000)
            file.write(b"x" * 1000)
    else:
        os.utime(media.path, ns=(1, 1))
    length = 0
    try:
        while piece := await reader.read(1_000_000):
            length += len(piece)
    except ConnectionError:
        pass
    writer.close()
    assert length < int(re.search(r"Content-Length: (\d+)", head)[1])


@pytest.mark.graph
@pytest.mark.fault
@pytest.mark.parametrize("how", ["other", "gone", "unreadable", "pipe", "folder", "link"])
async def test_what_is_not_the_creative_any_more_is_not_there(media, how, tmp_path):
    url = (await media.entry())["url"]
    secret = tmp_path / "secret"
    secret.write_text("secret")
    kept = media.path.with_name("kept.webm")
    media.path.rename(kept)
    if how == "other":
        media.path.write_text("secret")
    elif how == "pipe":
        os.mkfifo(media.path)
    elif how == "folder":
        media.path.mkdir()
    elif how == "link":
        media.path.symlink_to(secret)
    elif how == "unreadable":
        media.path.symlink_to("/proc/self/mem")
    async with media.get(url) as answer:
        assert answer.status == 404 and b"secret" not in await answer.read()


@pytest.mark.graph
@pytest.mark.fault
async def test_a_packed_file_beside_a_creative_is_not_served_in_its_place(media):
    entry = await media.entry()
    for suffix in (".gz", ".br"):
        media.path.with_name(media.path.name + suffix).write_bytes(gzip.compress(b"secret"))
    async with media.get(entry["url"], Accept_Encoding="gzip, br") as answer:
        assert "Content-Encoding" not in answer.headers and await answer.read() == media.path.read_bytes()
