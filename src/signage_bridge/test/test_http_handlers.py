"""The parts of the HTTP port, without a network; ``test_http`` asks the real node."""

import pytest
from signage_bridge.http.app import content_security_policy
from signage_bridge.http.handlers import CONTENT_TYPES, find_page_file, make_manifest, read_question
from signage_catalogue import load_catalogue
from signage_catalogue.serving import index_media

DEVICES = ("deeplens1", "deeplens2")


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("", "index.html"),
        ("index.html", "index.html"),
        ("operator", "operator.html"),
        ("operator/", "operator.html"),
        ("assets/app-1a2b3c4d.js", "assets/app-1a2b3c4d.js"),
    ],
)
def test_files_of_the_page(page_dir, name, file):
    assert find_page_file(page_dir, name) == page_dir / file


@pytest.mark.parametrize(
    "name",
    [
        "nothing",
        "assets",
        "notes.xyz",
        ".hidden.html",
        "assets/../.hidden.html",
        "../outside.html",
        "assets/../../outside.html",
        "/etc/passwd",
        "link.html",
        "index.html\0",
        "..\\outside.html",
        pytest.param("x" * 5000, id="long"),
    ],
)
def test_what_is_no_file_of_the_page(page_dir, name):
    assert find_page_file(page_dir, name) is None


def test_a_folder_may_have_an_index(page_dir):
    (page_dir / "help").mkdir()
    (page_dir / "help" / "index.html").touch()
    assert find_page_file(page_dir, "help") == page_dir / "help" / "index.html"


def test_scripts_and_styles_have_the_types_that_browsers_insist_on():
    assert CONTENT_TYPES[".js"].startswith("text/javascript") and CONTENT_TYPES[".css"].startswith("text/css")


def test_the_manifest_lists_what_a_screen_may_keep(catalogue_file):
    catalogue = load_catalogue(catalogue_file)
    manifest = make_manifest(index_media(catalogue))
    assert [entry["name"] for entry in manifest["creatives"]] == ["house", "커피"]
    assert manifest["fallback"] == ["house"]
    entry, creative = manifest["creatives"][1], catalogue.creatives["커피"]
    assert entry == {
        "name": "커피",
        "url": creative.url,
        "media_type": "image/png",
        "duration_s": 8.0,
        "bytes": creative.path.stat().st_size,
        "digest": creative.digest,
    }


@pytest.mark.parametrize("estimation", ["20f", "0m", "90m", "unknown"])
def test_questions(estimation):
    assert read_question({"estimation": estimation, "devices": "deeplens2"}, DEVICES) == (estimation, "deeplens2")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"devices": "deeplens1"}, "estimation: expected such as 20f"),
        ({"estimation": "", "devices": "deeplens1"}, "estimation"),
        ({"estimation": "f20", "devices": "deeplens1"}, "expected an estimation such as 20f"),
        ({"estimation": "20f"}, "devices: expected the name of a device"),
        ({"estimation": "20f", "devices": ["deeplens1"]}, "devices"),
        ({"estimation": "20f", "devices": "deeplens"}, "devices"),
    ],
)
def test_wrong_questions(fields, words):
    with pytest.raises(ValueError, match=words):
        read_question(fields, DEVICES)


@pytest.mark.parametrize(
    ("host", "sockets"),
    [("localhost", "ws://localhost:9090 wss://localhost:9090"), ("::1", "ws://[::1]:9090 wss://[::1]:9090")],
)
def test_the_page_may_connect_to_rosbridge_on_its_own_host_only(host, sockets):
    policy = dict(part.split(" ", 1) for part in content_security_policy([host], 9090).split("; "))
    assert policy["connect-src"] == f"'self' {sockets}"
    assert policy["default-src"] == "'none'" and policy["script-src"] == "'self'"
