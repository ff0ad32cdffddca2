"""The node in a graph, with the real networks on real photos."""

import array
import itertools
import math

import cv2
import pytest
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from face_inference.convert import msg_to_faces
from face_inference.node import FaceInferenceNode
from face_inference.tracks import FaceState
from sensor_msgs.msg import CompressedImage, Image
from signage_common.demographics import Gender
from signage_common.errors import ConfigurationError
from signage_common.ros_testing import ros_graph
from signage_common.ros_topics import FACES_QOS, IMAGE_QOS, ns_to_stamp, stamp_to_ns
from signage_msgs.msg import FaceArray

pytestmark = pytest.mark.graph
FRAME_S = 1 / 30


class Camera:
    """Publishes images from a probe, and collects what the node says about them."""

    def __init__(self, graph, message_type=CompressedImage, topic="image_raw/compressed"):
        self.graph = graph
        self.node = graph.probe()
        self.publisher = self.node.create_publisher(message_type, topic, IMAGE_QOS)
        self.faces = []
        self.health = []
        self.stamps_ns = []
        self.node.create_subscription(FaceArray, "faces", self.faces.append, FACES_QOS)
        self.node.create_subscription(DiagnosticArray, "/diagnostics", self._keep_health, 10)

    def _keep_health(self, message):
        self.health += [one for one in message.status if one.name.endswith("face_inference")]

    def wait_for_node(self):
        self.graph.spin_until(lambda: self.publisher.get_subscription_count() > 0, what="the node's subscription")
        self.graph.spin_until(lambda: self.node.count_publishers("faces") > 0, what="the node's publisher")

    def publish(self, message):
        stamp_ns = self.node.get_clock().now().nanoseconds
        message.header.stamp, message.header.frame_id = ns_to_stamp(stamp_ns), "camera"
        self.stamps_ns.append(stamp_ns)
        self.publisher.publish(message)

    def show(self, message, until, what, timeout_s=30.0):
        """Publish a message 30 times a second until something happened."""
        timer = self.node.create_timer(FRAME_S, lambda: self.publish(message))
        self.graph.spin_until(until, timeout_s=timeout_s, what=what)
        self.node.destroy_timer(timer)


def jpeg(image):
    data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes()
    return CompressedImage(format="jpeg", data=array.array("B", data))


def largest(message):
    return max(msg_to_faces(message), key=lambda face: face.xyxy_px[2] - face.xyxy_px[0], default=None)


@pytest.fixture
def graph():
    with ros_graph() as graph:
        yield graph


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
        return camera.faces and camera.faces[-1].faces and largest(camera.faces[-1]).fused.estimation != "unknown"

    camera.show(jpeg(portrait()), known, "an estimation")
    message = camera.faces[-1]
    face = largest(message)
    assert face.state is FaceState.DETECTED and face.fused.gender is Gender.FEMALE and face.score > 0.5
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


def test_a_detector_that_does_not_exist_is_a_configuration_error(start):
    with pytest.raises(ConfigurationError, match="nonsense"):
        start(detector="nonsense")


def test_missing_models_are_a_configuration_error(start, tmp_path):
    with pytest.raises(ConfigurationError, match=r"\./signage setup"):
        start(models_dir=str(tmp_path))
