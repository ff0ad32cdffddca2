"""Whatever is published on the image topics: it costs little, is counted and told seldom, and the node goes on."""

import array
import dataclasses
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from diagnostic_msgs.msg import DiagnosticStatus
from probe_camera import Camera, jpeg
from sensor_msgs.msg import CompressedImage, Image
from signage_common.process_testing import ProgramUnderTest
from signage_common.ros_topics import ns_to_stamp
from std_msgs.msg import Header
from test_images import jpeg_that_says, png_that_says

pytestmark = [pytest.mark.graph, pytest.mark.fault]

RUN = [sys.executable, "-c", "from face_inference.node import main; main()", "--ros-args", "-r", "__ns:=/deeplens1"]
SCENE = np.random.default_rng(1).integers(0, 255, (72, 96, 3), np.uint8)
MOST_BYTES = 450e6  # of memory: as little as for what a camera sends


def compressed(data, format_="jpeg"):
    return CompressedImage(format=format_, data=array.array("B", data))


def raw(**changes):
    said = {"width": 96, "height": 72, "step": 288, "encoding": "bgr8", "data": array.array("B", SCENE.tobytes())}
    return Image(**{**said, **changes})


GOOD_JPEG, GOOD_PNG = (cv2.imencode(kind, SCENE)[1].tobytes() for kind in (".jpg", ".png"))
COMPRESSED = {
    "nothing": compressed(b""),
    "a byte": compressed(b"\xff"),
    "text": compressed(b"not a picture" * 1000),
    "half a jpeg": compressed(GOOD_JPEG[: len(GOOD_JPEG) // 2]),
    "half a png": compressed(GOOD_PNG[: len(GOOD_PNG) // 2], "png"),
    "jpeg of a gigapixel": compressed(jpeg_that_says(16000, 65500)),
    "png of 400 megapixels": compressed(png_that_says(20000, 20000), "png"),
    "png of all pixels": compressed(png_that_says(2**31 - 1, 2**31 - 1), "png"),
    "jpeg of no height": compressed(jpeg_that_says(96, 0)),
    "jpeg of ten thousand scans": compressed(GOOD_JPEG[:-2] + b"\xff\xda\x00\x02" * 10_000),
    "depths": compressed(bytes(12) + GOOD_PNG, "16UC1; compressedDepth png"),
    "a film": compressed(b"\x00\x00\x00\x01\x67" + bytes(5000), "h264"),
    "a long format": compressed(b"", "x" * 100_000),
}
RAW = {
    "no width": raw(width=0),
    "no height": raw(height=0),
    "no step": raw(step=0),
    "a small step": raw(step=287),
    "a giant step": raw(step=2**32 - 1),
    "a giant height": raw(height=2**32 - 1),
    "a giant size": raw(width=2**31, height=2**31, step=2**32 - 1),
    "no data": raw(data=array.array("B")),
    "little data": raw(data=array.array("B", bytes(100))),
    "an unknown encoding": raw(encoding="nonsense"),
    "no encoding": raw(encoding=""),
    "a long encoding": raw(encoding="x" * 100_000),
    "depths": raw(encoding="32FC1", step=96 * 4),
    "odd nv12": raw(encoding="nv12", width=95),
    "one row": raw(width=6912, height=1, step=20736),
    "one column": raw(width=1, height=6912, step=3),
    "one pixel": raw(width=1, height=1),
}
STAMPS = {
    "zero": (0, 0),
    "negative": (-1, 0),
    "the first of all": (-(2**31), 0),
    "too many nanoseconds": (1_795_000_000, 2**32 - 1),
    "the last of all": (2**31 - 1, 999_999_999),
}
READ_AS_IMAGES = {"one row", "one column", "one pixel"}


@dataclasses.dataclass
class Stage:
    camera: Camera
    node: ProgramUnderTest

    def publish(self, message, stamp):
        message.header = Header(frame_id="camera")
        message.header.stamp.sec, message.header.stamp.nanosec = stamp
        self.camera.publisher.publish(message)

    def now(self):
        stamp = ns_to_stamp(self.camera.node.get_clock().now().nanoseconds)
        return stamp.sec, stamp.nanosec

    def count(self, name):
        """Return a figure of the node's last diagnostics."""
        values = {value.key: value.value for value in self.camera.health[-1].values} if self.camera.health else {}
        return int(values.get(name, 0))

    def show_until_counted(self, message, name, read_stamp):
        """Publish a message again and again until the node has counted it."""
        before = self.count(name)
        timer = self.camera.node.create_timer(1 / 30, lambda: self.publish(message, read_stamp()))
        self.camera.graph.spin_until(lambda: self.count(name) > before, what=f"a count of {name}")
        self.camera.node.destroy_timer(timer)

    def most_bytes(self):
        """Return how much memory the node has ever had."""
        status = Path(f"/proc/{self.node.process.pid}/status").read_text()
        return 1024 * int(status.split("VmHWM:")[1].split()[0])


@pytest.fixture
def stage(graph, models_dir):
    """Start the node in a process, with a camera that publishes what is given."""
    programs = []

    def start(transport):
        camera = Camera(graph, *((Image, "image_raw") if transport == "raw" else ()))
        params = {"models_dir": models_dir, "transport": transport, "still_rate_hz": 30.0, "detect_rate_hz": 30.0}
        words = [word for name, value in params.items() for word in ("-p", f"{name}:={value}")]
        programs.append(ProgramUnderTest([*RUN, *words], graph.env))
        camera.wait_for_node()
        return Stage(camera, programs[-1])

    yield start
    for program in programs:
        program.close()


def as_raw(image):
    height, width = image.shape[:2]
    return Image(width=width, height=height, step=3 * width, encoding="bgr8", data=array.array("B", image.tobytes()))


@pytest.mark.parametrize(("transport", "messages"), [("compressed", COMPRESSED), ("raw", RAW)])
def test_no_message_ends_the_node_costs_memory_or_floods_the_log(stage, portrait, transport, messages):
    show = stage(transport)
    for name, message in messages.items():
        show.show_until_counted(message, "analysed" if name in READ_AS_IMAGES else "corrupt", show.now)
    assert show.count("unexpected_errors") == 0
    good = jpeg(portrait()) if transport == "compressed" else as_raw(portrait())
    for stamp in STAMPS.values():
        show.show_until_counted(good, "unstamped", lambda stamp=stamp: stamp)
    assert not any(face for told in show.camera.faces for face in told.faces)
    assert show.camera.health[-1].level == DiagnosticStatus.WARN
    show.camera.faces.clear()
    timer = show.camera.node.create_timer(1 / 30, lambda: show.publish(good, show.now()))
    show.camera.graph.spin_until(lambda: any(told.faces for told in show.camera.faces), what="faces")
    show.camera.node.destroy_timer(timer)
    assert show.most_bytes() < MOST_BYTES
    assert show.count("unexpected_errors") == 0
    assert show.node.end() == 0
    told = [line for line in show.node.error_lines if "image dropped" in line]
    assert 0 < len(told) < show.count("corrupt") + show.count("unstamped")
    assert all(len(line) < 400 for line in show.node.error_lines)
    assert len(show.node.error_lines) <= len(told) + 5


def test_images_whose_stamps_stand_still_or_run_backwards_a_little_are_dropped_and_told(stage, portrait):
    show = stage("compressed")
    image, start_s = jpeg(portrait()), show.now()[0]
    show.show_until_counted(image, "analysed", lambda: (start_s, 0))
    show.show_until_counted(image, "unstamped", lambda: (start_s, 0))
    stamps = iter(range(999_000_000, 0, -1_000_000))
    show.show_until_counted(image, "unstamped", lambda: (start_s - 1, next(stamps)))
    assert {message.header.stamp.sec for message in show.camera.faces} == {start_s}
    assert any("after that of the last image" in line for line in show.node.error_lines)


@pytest.mark.parametrize("jump_s", [-3600, 3600, -(10**9)])
def test_a_clock_that_is_set_and_a_bag_that_loops_start_anew(stage, portrait, jump_s):
    show = stage("compressed")
    image, start_s = jpeg(portrait()), show.now()[0]
    ids = []
    for turn in range(3):
        begin_s = start_s + (turn % 2) * jump_s
        stamps = iter((begin_s + step // 10, step % 10 * 100_000_000) for step in range(10_000))
        show.camera.faces.clear()

        def seen(begin_s=begin_s):
            return [one for one in show.camera.faces if one.faces and begin_s <= one.header.stamp.sec < begin_s + 1000]

        timer = show.camera.node.create_timer(1 / 30, lambda stamps=stamps: show.publish(image, next(stamps)))
        show.camera.graph.spin_until(lambda seen=seen: len(seen()) > 5, what="faces after the jump")
        show.camera.node.destroy_timer(timer)
        ids.append({face.track_id for message in seen() for face in message.faces})
    assert not ids[0] & ids[1] and not ids[1] & ids[2] and not ids[0] & ids[2]
