"""What clients are told of the device's own texts: through /diagnostics, /health and every error."""

import base64
import errno
import json
import os

import cv2
import numpy as np
import pytest
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue
from signage_bridge.disclosure import HIDDEN, MAX_TEXT, Disclosure

pytestmark = pytest.mark.fault
DISCLOSURE = Disclosure(["deeplens1", "lobby/left"])
SECRETS = {
    "rtsp": "rtsp://admin:pa/ss@192.0.2.1/s?token=secret",
    "http": "http://192.0.2.1:8080/videostream.cgi?user=admin&pwd=secret",
    "bare host": "192.0.2.1:554",
    "user and host": "admin@camera.example",
    "file": "/srv/signage/ads.yaml",
    "spaces": "/srv/my ads/secret summer/ads.yaml",
    "home": "~/secret/ads.yaml",
    "relative": "secret/summer/a.jpg",
    "parent": "../secret/a.jpg",
    "device": "/dev/v4l/by-id/usb-secret-index0",
    "opencv": "OpenCV(4.11.0) /io/opencv/modules/imgcodecs/src/loadsave.cpp",
    "python": "Python 3.11.7",
    "file address": "file:///srv/secret/a",
    "korean": "/srv/광고/secret.yaml",
}
LEAKS = ("secret", "192.0.2.1", "admin", "srv", "4.11", "3.11", "/io/", "/dev/", "광고")


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
@pytest.mark.parametrize("around", ["{}", "lost {}", "{}: no answer", "can't read '{}' (gone)", "a {}, b", "x={}"])
def test_neither_address_nor_path_nor_version_stays(secret, around):
    told = DISCLOSURE.text(around.format(secret))
    assert HIDDEN in told and not [leak for leak in LEAKS if leak in told], told


@pytest.mark.parametrize(
    "text",
    [
        "serving",
        "30/30 frames, 14.5 frames/s, 3 of 4",
        "nobody publishes /deeplens1/ad: is ad_selector running?",
        "2 nodes publish /lobby/left/faces: give each device a name of its own",
        "deeplens1/camera: health",
        "another node /deeplens1/camera runs: give each device a name of its own",
        "camera: silent for 12 s",
        "커피: 10 s, 25 % at 30.5",
        "/diagnostics",
        *sorted({os.strerror(number) for number in errno.errorcode}),
        "ads.yaml:2: timezone: expected a time zone such as Asia/Seoul, got 'Europe'",
    ],
)
def test_what_an_operator_needs_stays(text):
    assert DISCLOSURE.text(text) == text


@pytest.mark.parametrize(
    "name",
    [
        "/deeplens1/../../etc/secret",
        "/deeplens1/ad.secret/x",
        "/deeplens10/secret",
        "/etc/secret",
        "3/4/secret",
        "frames/s/secret",
        "Input/output error/secret",
        "secret/Input/output error",
        "x(secret/a",
    ],
)
def test_what_only_looks_like_a_topic_is_hidden(name):
    assert "secret" not in DISCLOSURE.text(f"see {name}")


@pytest.mark.parametrize("name", ["deeplens1/camera: health", "dev9/ad_selector: health", "lobby/right/camera: health"])
def test_nodes_of_other_devices_may_be_named(name):
    assert DISCLOSURE.status_name(name) == name


@pytest.mark.parametrize("name", ["/srv/secret: health", "secret/a.b: health", "srv/secret", "/dev/video0: health"])
def test_what_is_no_node_is_hidden_in_a_status(name):
    assert HIDDEN in DISCLOSURE.status_name(name)


@pytest.mark.parametrize("key", ["source", "catalog", "catalogue", "page dir", "media_root", "URL", "camera_address"])
def test_figures_named_after_a_place_are_left_out(key):
    assert DISCLOSURE.value(key, "secret") == HIDDEN


@pytest.mark.parametrize(
    ("key", "value"), [("profile", "close-up"), ("fps", "29.9"), ("creative", "커피"), ("hosted", "1")]
)
def test_other_figures_stay(key, value):
    assert DISCLOSURE.value(key, value) == value


def test_long_texts_are_cut_and_cost_linear_time():
    for text in ("/" * 1_000_000, "a/" * 500_000, "1." * 500_000, "a@" * 500_000, "/deeplens1/a" * 100_000):
        assert len(DISCLOSURE.text(text)) <= MAX_TEXT * len(HIDDEN)


def telling_status(name="deeplens1/camera: health"):
    values = [KeyValue(key=key.replace(" ", "_"), value=secret) for key, secret in SECRETS.items()]
    values += [KeyValue(key="source", value="secret"), KeyValue(key="frames", value="30")]
    return DiagnosticStatus(
        level=DiagnosticStatus.ERROR,
        name=name,
        message=f"lost {SECRETS['rtsp']}",
        hardware_id=SECRETS["http"],
        values=values,
    )


def text_of(message):
    """Return what is in a message; one that comes as a picture is unpacked."""
    if message["op"] != "png":
        return str(message)
    picture = cv2.imdecode(np.frombuffer(base64.b64decode(message["data"]), np.uint8), cv2.IMREAD_COLOR)
    return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB).tobytes().decode()


@pytest.mark.graph
@pytest.mark.parametrize("form", ["none", "cbor", "cbor-raw", "png"])
async def test_diagnostics_reach_clients_without_secrets_in_every_form(start_bridge, connect, eventually, form):
    running = start_bridge(selector=False)
    publisher = running.probe.create_publisher(DiagnosticArray, "/diagnostics", 10)
    client = await connect(running)
    await client.send(op="subscribe", topic="/diagnostics", compression=form)
    await eventually(lambda: publisher.get_subscription_count() >= 2, "discovery")
    text = ""
    while "deeplens1/camera" not in text:  # the bridge's own diagnostics come every second, too
        publisher.publish(DiagnosticArray(status=[telling_status()]))
        text = text_of(await client.next())
    assert not [leak for leak in LEAKS if leak in text]
    if form == "none":
        assert "deeplens1/camera: health" in text and "'30'" in text


@pytest.mark.graph
async def test_health_tells_no_secrets(start_bridge, web, eventually, catalogue_file):
    running = start_bridge(selector=False)
    publisher = running.probe.create_publisher(DiagnosticArray, "/diagnostics", 10)
    await eventually(lambda: publisher.get_subscription_count() >= 2, "discovery")
    publisher.publish(DiagnosticArray(status=[telling_status()]))
    catalogue_file.write_text("version: [")

    async def report():
        async with web.get(f"{running.http}/health") as answer:
            text = await answer.text()
        return text if "camera" in text and "catalogue refused: " in text else None

    text = await eventually(report, "the camera's error and the catalogue's refusal")
    assert not [leak for leak in (*LEAKS, str(catalogue_file.parent)) if leak in text], text
    assert len(json.loads(text)["problems"]) == 3
