import itertools
import time

import pytest
from deeplens_camera.frame import decode_image
from deeplens_camera.node import CameraNode
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from rcl_interfaces.msg import Log
from rcl_interfaces.srv import SetParameters
from rclpy.parameter import Parameter
from rclpy.qos import ReliabilityPolicy, qos_profile_rosout_default
from sensor_msgs.msg import CameraInfo, CompressedImage, Image
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
        ({"source": ""}, "got nothing"),
        ({"source": "a\0b"}, "control characters"),
        ({"source": "rtsp://admin:pa/ss@192.0.2.1/s"}, "/ as %2F"),
        ({"source": "synthetic", "rotate": 45}, "rotate: expected 0, 90, 180 or 270"),
        ({"source": "synthetic", "flip": "both"}, "parameter flip: expected one of none, horizontal, vertical"),
        (
            {"source": "synthetic", "camera_info_url": "file:///no/such"},
            "camera_info_url: file:///no/such: No such file",
        ),
        ({"source": "synthetic", "qos_overrides./image_raw.publisher.reliability": "much"}, "image_raw"),
        ({"source": "synthetic", "qos_overrides./camera_info.publisher.depth": "x"}, "camera_info"),
    ],
)
def test_a_wrong_parameter_stops_the_start(graph, params, message):
    with pytest.raises(ConfigurationError, match=message):
        graph.add(CameraNode, params=params)


def set_params(graph, **values):
    """Set parameters as ``ros2 param set`` does; return whether each was taken, and why not."""
    client = graph.probe().create_client(SetParameters, "camera/set_parameters")
    graph.spin_until(client.service_is_ready, what="service")
    request = SetParameters.Request(
        parameters=[Parameter(name, value=each).to_parameter_msg() for name, each in values.items()]
    )
    answer = client.call_async(request)
    graph.spin_until(answer.done, what="answer")
    return [(result.successful, result.reason) for result in answer.result().results]


def sizes_of(heard):
    return {decode_image(bytes(message.data)).shape[1::-1] for message in heard[-3:]}


@pytest.mark.fault
@pytest.mark.parametrize("source", ["synthetic", "FILM", "PHOTOS"])
def test_sizes_turning_and_quality_act_at_once(graph, source, write_video, photo_folder):
    made = {"FILM": lambda: write_video(size=(640, 480)), "PHOTOS": lambda: photo_folder(a=50)}
    add_camera(graph, made.get(source, lambda: source)(), photo_s=3600.0)
    heard, _ = listen(graph, CompressedImage, "image_raw/compressed")
    graph.spin_until(lambda: len(heard) > 3, what="pictures")
    own = (640, 480) if source == "FILM" else (1280, 720)
    assert sizes_of(heard) == {own}
    assert set_params(graph, rotate=90) == [(True, "")]
    graph.spin_until(lambda: sizes_of(heard) == {own[::-1]}, what="turned pictures")
    assert set_params(graph, width=96, height=64, flip="horizontal", rotate=0) == [(True, "")] * 4
    graph.spin_until(lambda: sizes_of(heard) == {(96, 64)}, what="small pictures")
    bytes_before = len(heard[-1].data)
    assert set_params(graph, jpeg_quality=5) == [(True, "")]
    graph.spin_until(lambda: len(heard[-1].data) < bytes_before, what="smaller pictures")


@pytest.mark.fault
@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("rotate", 45, "expected 0, 90, 180 or 270"),
        ("rotate", 360, ""),
        ("flip", "both", "none, horizontal, vertical"),
        ("jpeg_quality", 0, ""),
        ("fps", -1.0, ""),
        ("photo_s", float("nan"), ""),
        ("source", "synthetic", ""),
        ("frame_id", "other", ""),
        ("camera_info_url", "file:///x", ""),
    ],
)
def test_what_can_not_be_set_is_refused(graph, name, value, reason):
    node = add_camera(graph, "synthetic", width=64, height=48)
    before = node.get_parameter(name).value
    ((taken, why),) = set_params(graph, **{name: value})
    assert not taken and why and reason in why
    assert node.get_parameter(name).value == before


@pytest.mark.fault
def test_what_the_camera_is_stands_beside_its_images(graph, tmp_path):
    file = tmp_path / "camera.yaml"
    file.write_text(CALIBRATION)
    add_camera(graph, "synthetic", width=64, height=48, frame_id="eye", camera_info_url=file.as_uri())
    infos, _ = listen(graph, CameraInfo, "camera_info")
    graph.spin_until(lambda: infos, what="camera_info")  # without anybody at the images
    images, _ = listen(graph, Image, "image_raw")
    graph.spin_until(lambda: stamps(images) & stamps(infos), what="both of one stamp")
    info = infos[-1]
    assert (info.width, info.height, info.header.frame_id, info.distortion_model) == (64, 48, "eye", "plumb_bob")
    assert list(info.k) == [50.0, 0.0, 32.0, 0.0, 50.0, 24.0, 0.0, 0.0, 1.0] and len(info.d) == 5 and info.p[0] == 50.0
    assert set_params(graph, height=40) == [(True, "")]
    graph.spin_until(lambda: infos[-1].height == 40, what="pictures that the calibration is not for")
    assert not any(infos[-1].k) and not infos[-1].d


@pytest.mark.fault
def test_an_uncalibrated_camera_says_its_size(graph, serve_mjpeg, jpeg):
    with serve_mjpeg([jpeg(40)]) as server:
        node = add_camera(graph, server.address)
        infos, leave = listen(graph, CameraInfo, "camera_info")
        graph.spin_until(lambda: infos, what="camera_info")
        assert (infos[0].width, infos[0].height) == (320, 240) and not any(infos[0].k)
        leave()
        graph.spin_until(lambda: not node._images.is_wanted(), what="leaving")
        node._capture.stop()


def stamps(messages):
    return {stamp_to_ns(message.header.stamp) for message in messages}


@pytest.mark.fault
def test_quality_of_service_can_be_overridden(graph):
    override = {"qos_overrides./deeplens1/image_raw.publisher.reliability": "reliable"}
    node = add_camera(graph, "synthetic", width=64, height=48, **override)
    (raw,) = node.get_publishers_info_by_topic("/deeplens1/image_raw")
    (info,) = node.get_publishers_info_by_topic("/deeplens1/camera_info")
    assert raw.qos_profile.reliability is ReliabilityPolicy.RELIABLE
    assert info.qos_profile.reliability is ReliabilityPolicy.BEST_EFFORT


@pytest.mark.fault
@pytest.mark.parametrize(
    "address",
    [
        "http://admin:hunter2@127.0.0.1:PORT/hunter2.cgi?user=admin&pwd=hunter2",
        "rtsp://admin:hunter2@127.0.0.1:PORT/user=admin_password=hunter2?token=hunter2",
        "https://127.0.0.1:PORT/?hunter2",
    ],
)
def test_what_is_secret_in_an_address_leaves_by_no_topic(graph, free_port, address, capfd):
    logs = listen(graph, Log, "/rosout", qos_profile_rosout_default)[0]
    statuses = listen(graph, DiagnosticArray, "/diagnostics", 10)[0]
    add_camera(graph, address.replace("PORT", str(free_port)))
    graph.spin_until(
        lambda: logs and any("can't be" in each.status[0].message for each in statuses), what="the failure"
    )
    told = repr([*logs, *statuses]) + "".join(capfd.readouterr())
    assert "hunter2" not in told and "admin" not in told
    status = statuses[-1].status[0]
    assert status.hardware_id == address.partition("://")[0] + f"://127.0.0.1:{free_port}"


@pytest.mark.fault
def test_of_a_film_its_name_leaves_and_not_where_it_lies(graph, write_video):
    health, statuses = health_of(graph), listen(graph, DiagnosticArray, "/diagnostics", 10)[0]
    film = write_video()
    add_camera(graph, film)
    graph.spin_until(lambda: statuses and health() and "running" in health()[1], what="the start")
    assert health()[2]["source"] == statuses[-1].status[0].hardware_id == "film.webm"
    assert str(film.parent) not in repr(statuses)


CALIBRATION = """
image_width: 64
image_height: 48
camera_name: eye
camera_matrix: {rows: 3, cols: 3, data: [50.0, 0, 32, 0, 50, 24, 0, 0, 1]}
distortion_model: plumb_bob
distortion_coefficients: {rows: 1, cols: 5, data: [0.1, -0.2, 0, 0, 0]}
rectification_matrix: {rows: 3, cols: 3, data: [1, 0, 0, 0, 1, 0, 0, 0, 1]}
projection_matrix: {rows: 3, cols: 4, data: [50, 0, 32, 0, 0, 50, 24, 0, 0, 0, 1, 0]}
"""
