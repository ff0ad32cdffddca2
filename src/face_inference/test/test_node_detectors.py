"""The paper's detectors in the running node."""

import array
import importlib.util

import cv2
import pytest
from face_inference.node import FaceInferenceNode
from sensor_msgs.msg import CompressedImage
from signage_common.errors import ConfigurationError
from signage_common.ros_testing import ros_graph
from signage_common.ros_topics import FACES_QOS, IMAGE_QOS, ns_to_stamp
from signage_msgs.msg import FaceArray

pytestmark = pytest.mark.graph
FRAME_S = 1 / 10


@pytest.fixture
def graph():
    with ros_graph() as graph:
        yield graph


@pytest.mark.parametrize("detector", ["haar", "dlib", "face_recognition"])
def test_faces_are_found_with_the_detector_that_is_asked_for(graph, models_dir, photos, detector):
    if detector != "haar" and importlib.util.find_spec("dlib") is None:
        pytest.skip("dlib is missing: `./signage setup detectors` installs it")
    graph.add(FaceInferenceNode, namespace="deeplens1", params={"models_dir": str(models_dir), "detector": detector})
    probe, heard = graph.probe(), []
    publisher = probe.create_publisher(CompressedImage, "image_raw/compressed", IMAGE_QOS)
    probe.create_subscription(FaceArray, "faces", heard.append, FACES_QOS)
    data = cv2.imencode(".jpg", photos["sample3"])[1].tobytes()
    message = CompressedImage(format="jpeg", data=array.array("B", data))

    def publish():
        message.header.stamp = ns_to_stamp(probe.get_clock().now().nanoseconds)
        publisher.publish(message)

    probe.create_timer(FRAME_S, publish)
    graph.spin_until(lambda: any(len(one.faces) >= 2 for one in heard), timeout_s=60, what="two faces")


def test_an_unknown_detector_ends_the_start(graph, models_dir):
    with pytest.raises(ConfigurationError, match=r"detector: expected one of ssd, .*, got 'retina'"):
        graph.add(FaceInferenceNode, params={"models_dir": str(models_dir), "detector": "retina"})
