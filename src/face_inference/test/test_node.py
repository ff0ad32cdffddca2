"""The node in a graph, with the real networks on real photos."""

import array
import importlib.util
import itertools
import math

import cv2
import pytest
from diagnostic_msgs.msg import DiagnosticStatus
from face_inference.node import FaceInferenceNode
from probe_camera import Camera, jpeg
from rcl_interfaces.srv import SetParameters
from rclpy.parameter import Parameter
from rclpy.qos import QoSProfile, ReliabilityPolicy
from sensor_msgs.msg import CompressedImage, Image
from signage_common.demographics import Decade, Demographics, Gender
from signage_common.errors import ConfigurationError
from signage_common.ros_topics import stamp_to_ns
from signage_msgs.msg import Demographics as DemographicsMsg
from signage_msgs.msg import Face

pytestmark = pytest.mark.graph


def largest(message):
    return max(message.faces, key=lambda face: face.box.width, default=None)


def estimation_of(face):
    return Demographics(gender=Gender(face.fused.gender), decade=Decade(face.fused.decade)).estimation


@pytest.fixture
def start(graph, models_dir):
    def start(**params):
        return graph.add(FaceInferenceNode, namespace="deeplens1", params={"models_dir": str(models_dir), **params})

    return start


def test_the_faces_of_a_photo_are_found_and_described(graph, start, portrait):
    start()
    camera = Camera(graph)
    camera.wait_for_node()

    def known():
        return camera.faces and camera.faces[-1].faces and estimation_of(largest(camera.faces[-1])) != "unknown"

    camera.show(jpeg(portrait()), known, "an estimation")
    message = camera.faces[-1]
    face = largest(message)
    assert face.state == Face.STATE_DETECTED and face.fused.gender == DemographicsMsg.GENDER_FEMALE
    assert face.confidence > 0.5
    assert stamp_to_ns(message.header.stamp) in camera.stamps_ns and message.header.frame_id == "camera"
    assert (message.image_width, message.image_height) == (1280, 720)
    assert message.fetch_ms > 0 and message.detect_ms > 0 and message.classify_ms > 0
    assert [one.track_id for one in message.faces] == sorted(one.track_id for one in message.faces)


def test_an_empty_scene_gives_messages_without_faces(graph, start, empty_scene):
    start()
    camera = Camera(graph)
    camera.wait_for_node()
    camera.show(jpeg(empty_scene), lambda: len(camera.faces) >= 3, "three messages")
    assert not any(message.faces for message in camera.faces)
    assert all(message.classify_ms == 0 for message in camera.faces)


def test_a_still_empty_scene_is_analysed_seldom_until_somebody_comes(graph, start, empty_scene, portrait):
    start()
    camera = Camera(graph)
    camera.wait_for_node()
    camera.show(jpeg(empty_scene), lambda: len(camera.faces) >= 6, "six messages")
    stamps_s = [stamp_to_ns(message.header.stamp) / 1e9 for message in camera.faces]
    assert min(later - earlier for earlier, later in itertools.pairwise(stamps_s[1:])) > 0.3
    camera.faces.clear()
    camera.show(jpeg(portrait()), lambda: len(camera.faces) >= 6, "six messages more")
    stamps_s = [stamp_to_ns(message.header.stamp) / 1e9 for message in camera.faces if message.faces]
    assert len(stamps_s) >= 5
    assert 0 <= camera.faces[-1].faces[0].attention <= 1


def test_a_corrupt_image_is_counted_and_gone_on_from(graph, start, portrait):
    start()
    camera = Camera(graph)
    camera.wait_for_node()
    whole = jpeg(portrait())
    cut_off = CompressedImage(format="jpeg", data=whole.data[: len(whole.data) // 2])
    camera.show(cut_off, lambda: camera.health and "corrupt" in camera.health[-1].message, "word of corrupt images")
    health = camera.health[-1]
    assert health.level == DiagnosticStatus.WARN
    assert int({value.key: value.value for value in health.values}["corrupt"]) > 0
    assert not camera.faces
    camera.show(whole, lambda: camera.faces and camera.faces[-1].faces, "faces after the corrupt images")


def test_the_newest_of_many_images_is_analysed_and_the_others_are_counted(graph, start, empty_scene):
    start(detect_rate_hz=120.0, still_rate_hz=120.0)
    camera = Camera(graph)
    camera.wait_for_node()
    image = jpeg(empty_scene)
    camera.show(image, lambda: camera.faces, "the first message")
    graph.spin_until(lambda: graph_is_quiet(graph, camera), what="the end of the images")
    analysed, published = len(camera.faces), len(camera.stamps_ns)
    for _ in range(8):
        camera.publish(image)
    graph.spin_until(lambda: len(camera.faces) > analysed, what="the next message")
    graph.spin_until(lambda: graph_is_quiet(graph, camera), what="the end of the images")
    newest = camera.faces[-1]
    assert stamp_to_ns(newest.header.stamp) == camera.stamps_ns[-1]
    assert len(camera.faces) == analysed + 1 and newest.frames_dropped == 7
    assert sum(message.frames_dropped + 1 for message in camera.faces[:analysed]) <= published


def graph_is_quiet(graph, camera):
    """Tell whether nothing more comes, after all that waits was done."""
    before = len(camera.faces)
    for _ in range(20):
        graph.executor.spin_once(timeout_sec=0.01)
    return len(camera.faces) == before


def test_raw_images_work_too(graph, start, portrait):
    start(transport="raw")
    camera = Camera(graph, Image, "image_raw")
    camera.wait_for_node()
    image = portrait()
    message = Image(height=720, width=1280, encoding="bgr8", step=3840)
    message.data = array.array("B", image.tobytes())
    camera.show(message, lambda: camera.faces and camera.faces[-1].faces, "faces in raw images")


def test_the_node_says_how_it_does(graph, start, empty_scene):
    start()
    camera = Camera(graph)
    camera.wait_for_node()
    graph.spin_until(lambda: any("no image" in one.message for one in camera.health), what="word of the silence")
    camera.show(
        jpeg(empty_scene),
        lambda: camera.health and camera.health[-1].level == DiagnosticStatus.OK,
        "word that all is well",
    )
    values = {value.key: value.value for value in camera.health[-1].values}
    assert int(values["analysed"]) > 0 and float(values["detect_ms"]) > 0 and not math.isnan(float(values["fetch_ms"]))


def test_the_fast_profile_runs_the_fast_detector(graph, start, portrait):
    start(profile="fast")
    camera = Camera(graph)
    camera.wait_for_node()
    camera.show(jpeg(portrait()), lambda: camera.faces and camera.faces[-1].faces, "faces")


@pytest.mark.parametrize("detector", ["haar", "dlib", "face_recognition"])
def test_faces_are_found_with_the_detector_that_is_asked_for(graph, start, photos, detector):
    if detector != "haar" and importlib.util.find_spec("dlib") is None:
        pytest.skip("dlib is missing: `./signage setup detectors` installs it")
    start(detector=detector)
    camera = Camera(graph)
    camera.wait_for_node()
    image = jpeg(photos["sample3"])
    camera.show(image, lambda: any(len(one.faces) >= 2 for one in camera.faces), "two faces")


def test_a_detector_that_does_not_exist_is_a_configuration_error(start):
    with pytest.raises(ConfigurationError, match=r"detector: expected one of ssd, .*, got 'retina'"):
        start(detector="retina")


def test_missing_models_are_a_configuration_error(start, tmp_path):
    with pytest.raises(ConfigurationError, match=r"\./signage setup"):
        start(models_dir=str(tmp_path))


def set_parameter(graph, node, name, value):
    """Set a parameter as ``ros2 param set`` does; return the answer."""
    client = node.create_client(SetParameters, "face_inference/set_parameters")
    graph.spin_until(client.service_is_ready, what="the service of parameters")
    answer = client.call_async(SetParameters.Request(parameters=[Parameter(name, value=value).to_parameter_msg()]))
    graph.spin_until(answer.done, what="an answer")
    (result,) = answer.result().results
    return result


@pytest.mark.fault
def test_live_parameters_act_at_once_and_what_is_wrong_is_refused(graph, start, portrait):
    start()
    camera = Camera(graph)
    camera.wait_for_node()
    camera.keep_publishing(jpeg(portrait()))

    def genders():
        return {face.fused.gender for message in camera.faces[-2:] for face in message.faces}

    for value, gender in ((300, DemographicsMsg.GENDER_UNKNOWN), (40, DemographicsMsg.GENDER_FEMALE)) * 2:
        assert set_parameter(graph, camera.node, "min_face_px", value).successful
        graph.spin_until(lambda gender=gender: genders() == {gender}, what=f"gender {gender}")
    assert set_parameter(graph, camera.node, "detect_rate_hz", 30.0).successful
    camera.faces.clear()
    graph.spin_until(lambda: len(camera.faces) >= 20, what="twenty answers")
    assert {face.track_id for message in camera.faces for face in message.faces} == {1}
    for name, value, reason in (
        ("min_confidence", 2.0, "range"),
        ("min_confidence", "high", "type"),
        ("backend", "opencv", "read-only"),
        ("transport", "raw", "read-only"),
    ):
        refused = set_parameter(graph, camera.node, name, value)
        assert not refused.successful and reason in refused.reason, name


@pytest.mark.fault
def test_live_scores_that_the_detector_never_gives_are_refused(graph, start):
    start(detector="haar", keep_score=0.9)
    probe = graph.probe()
    assert set_parameter(graph, probe, "start_score", 1.0).successful
    assert "below 1" in set_parameter(graph, probe, "keep_score", 1.0).reason


@pytest.mark.fault
@pytest.mark.parametrize("reliability", [ReliabilityPolicy.RELIABLE, ReliabilityPolicy.BEST_EFFORT])
@pytest.mark.parametrize(
    ("transport", "topic"), [("compressed", "/usb_cam/image_raw/compressed"), ("raw", "/v4l2/image")]
)
def test_another_driver_is_heard_by_a_remap(graph, models_dir, portrait, reliability, transport, topic):
    own = "image_raw/compressed" if transport == "compressed" else "image_raw"
    params = {"models_dir": str(models_dir), "transport": transport}
    remap = ["--ros-args", "-r", f"{own}:={topic}"]
    graph.add(FaceInferenceNode, namespace="deeplens1", params=params, cli_args=remap)
    kind = CompressedImage if transport == "compressed" else Image
    camera = Camera(graph, kind, topic, QoSProfile(depth=10, reliability=reliability))
    camera.wait_for_node()
    message = jpeg(portrait()) if transport == "compressed" else as_yuyv(portrait())
    camera.show(message, lambda: camera.faces and camera.faces[-1].faces, "faces")


def as_yuyv(image):
    """Return an image as usb_cam sends it, with the most common pixel format of webcams."""
    yuv = cv2.cvtColor(image, cv2.COLOR_BGR2YUV_YUYV)
    return Image(width=1280, height=720, step=2560, encoding="yuv422_yuy2", data=array.array("B", yuv.tobytes()))


@pytest.mark.fault
def test_the_quality_of_service_may_be_overridden(graph, start):
    node = start(**{"qos_overrides./deeplens1/faces.publisher.reliability": "reliable"})
    (faces,) = node.get_publishers_info_by_topic("/deeplens1/faces")
    (images,) = node.get_subscriptions_info_by_topic("/deeplens1/image_raw/compressed")
    assert faces.qos_profile.reliability is ReliabilityPolicy.RELIABLE
    assert images.qos_profile.reliability is ReliabilityPolicy.BEST_EFFORT
