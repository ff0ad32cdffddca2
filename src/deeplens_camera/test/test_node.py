import itertools
import time

import pytest
from deeplens_camera.frame import decode_image
from deeplens_camera.node import CameraNode
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from sensor_msgs.msg import CompressedImage, Image
from signage_common.errors import ConfigurationError
from signage_common.ros_topics import IMAGE_QOS, stamp_to_ns

pytestmark = pytest.mark.graph


def add_camera(graph, source, **params):
    return graph.add(CameraNode, namespace="deeplens1", params={"source": str(source), **params})


def listen(graph, message_type, topic, qos=IMAGE_QOS):
    heard = []
    probe = graph.probe()
    subscription = probe.create_subscription(message_type, topic, heard.append, qos)
    return heard, lambda: probe.destroy_subscription(subscription)


def health_of(graph):
    heard, _ = listen(graph, DiagnosticArray, "/diagnostics", 10)

    def latest():
        status = heard[-1].status[0] if heard else None
        return status and (status.level, status.message, {pair.key: pair.value for pair in status.values})

    return latest


def test_compressed_pictures_while_somebody_listens(graph, write_video):
    began_ns = time.time_ns()
    node = add_camera(graph, write_video(fps=30), frame_id="eye")
    images = node._images

    def captured():
        return node._capture.status().frames.captured

    graph.spin_until(lambda: captured() > 5)
    assert images.published_compressed == images.published_raw == 0
    heard, leave = listen(graph, CompressedImage, "image_raw/compressed")
    graph.spin_until(lambda: len(heard) >= 10, what="pictures")
    assert images.published_raw == 0
    assert (heard[0].format, heard[0].header.frame_id) == ("jpeg", "eye")
    assert decode_image(bytes(heard[0].data)).shape == (240, 320, 3)
    stamps_ns = [stamp_to_ns(message.header.stamp) for message in heard]
    assert all(b > a for a, b in itertools.pairwise(stamps_ns))
    assert began_ns < stamps_ns[0] and stamps_ns[-1] <= time.time_ns()
    leave()
    graph.spin_until(lambda: not node.count_subscribers("image_raw/compressed"), what="leaving")
    published, captured_before = images.published_compressed, captured()
    graph.spin_until(lambda: captured() > captured_before + 5)
    assert images.published_compressed <= published + 1


def test_raw_pictures_while_somebody_listens(graph):
    node = add_camera(graph, "synthetic", width=64, height=48)
    heard, _ = listen(graph, Image, "image_raw")
    graph.spin_until(lambda: len(heard) >= 3, what="pictures")
    assert (heard[0].width, heard[0].height, heard[0].encoding, heard[0].step) == (64, 48, "bgr8", 192)
    assert len(heard[0].data) == 64 * 48 * 3
    assert node._images.published_compressed == 0


def test_a_film_is_shown_in_another_size(graph, write_video):
    add_camera(graph, write_video(), width=640, height=360)
    heard, _ = listen(graph, CompressedImage, "image_raw/compressed")
    graph.spin_until(lambda: heard, what="picture")
    assert decode_image(bytes(heard[0].data)).shape == (360, 640, 3)


def test_a_motion_jpeg_stream_arrives_byte_for_byte(graph, serve_mjpeg, jpeg):
    jpegs = [jpeg(40), jpeg(200)]
    with serve_mjpeg(jpegs) as server:
        node = add_camera(graph, server.address)
        heard, _ = listen(graph, CompressedImage, "image_raw/compressed")
        graph.spin_until(lambda: len(heard) >= 4, what="pictures")
        assert all(bytes(message.data) in jpegs for message in heard)
        node._capture.stop()


def test_the_end_is_said_on_diagnostics(graph, write_video):
    add_camera(graph, write_video(frames=10, fps=60), loop=False)
    health = health_of(graph)
    graph.spin_until(lambda: health() and "ended" in health()[1], what="end")
    level, message, values = health()
    assert (level, message) == (DiagnosticStatus.WARN, "ended: has been played to its end")
    assert values["state"] == "ended" and int(values["captured"]) + int(values["skipped_late"]) == 10


def test_a_device_that_is_not_there_is_waited_for(graph):
    add_camera(graph, "/dev/video97")
    health = health_of(graph)
    graph.spin_until(lambda: health() and "no camera" in health()[1], what="diagnostics")
    assert health()[:2] == (DiagnosticStatus.WARN, "waiting: no camera there, or it is in use")


def test_a_password_stays_secret(graph, free_port):
    add_camera(graph, f"http://user:secret@127.0.0.1:{free_port}/")
    health = health_of(graph)
    graph.spin_until(lambda: health() and "can't be opened" in health()[1], what="diagnostics")
    assert "secret" not in repr(health())


def test_a_stream_that_dies_is_an_error_until_it_is_back(graph, serve_mjpeg, jpeg, free_port):
    health = health_of(graph)
    with serve_mjpeg([jpeg(40)], free_port) as server:
        add_camera(graph, server.address)
        graph.spin_until(lambda: health() and health()[0] == DiagnosticStatus.OK, what="start")
    graph.spin_until(lambda: health()[0] == DiagnosticStatus.ERROR, what="loss")
    with serve_mjpeg([jpeg(40)], free_port):
        graph.spin_until(lambda: health()[0] == DiagnosticStatus.OK, what="return")
    assert int(health()[2]["reconnects"]) >= 1


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"source": "/no/such/film.webm"}, "/no/such/film.webm: not found"),
        ({"source": "ftp://cam"}, "expected an address"),
        ({"source": "synthetic", "fps": -1.0}, "parameter fps"),
        ({"source": "synthetic", "jpeg_quality": 0}, "parameter jpeg_quality"),
    ],
)
def test_a_wrong_parameter_stops_the_start(graph, params, message):
    with pytest.raises(ConfigurationError, match=message):
        graph.add(CameraNode, params=params)
