"""A recording of another camera's images, by another recorder, runs the whole system."""

import array
import sys

import cv2
import pytest
from rclpy.serialization import serialize_message
from rosbags.interfaces import Qos, QosDurability, QosHistory, QosLiveliness, QosReliability, QosTime
from rosbags.rosbag2 import StoragePlugin, Writer
from sensor_msgs.msg import CompressedImage
from signage_bags.message_definitions import installed_definition
from signage_common.process_testing import ProgramUnderTest
from signage_common.ros_topics import AD_QOS, ns_to_stamp
from signage_common.stamps import NS_PER_S
from signage_msgs.msg import AdSelection

TOPIC, TYPE = "/cam/image_raw/compressed", "sensor_msgs/msg/CompressedImage"
START_NS = 1_795_334_399 * NS_PER_S
STEP_NS = NS_PER_S // 15
SECONDS = 6
ENDLESS = QosTime(9223372036, 854775807)


def sensor_data():
    """What a usual camera driver offers."""
    policies = (QosHistory.KEEP_LAST, 5, QosReliability.BEST_EFFORT, QosDurability.VOLATILE)
    return Qos(*policies, ENDLESS, ENDLESS, QosLiveliness.AUTOMATIC, ENDLESS, False)


@pytest.fixture
def camera_bag(film, tmp_path):
    """The first seconds of the demo film, as a camera driver of ROS 2 publishes them, in sqlite3."""
    definition = installed_definition(TYPE)
    hashed = {"msgdef": definition.text, "rihs01": definition.type_hash}
    video = cv2.VideoCapture(str(film))
    step = round(video.get(cv2.CAP_PROP_FPS) * STEP_NS / NS_PER_S)
    with Writer(tmp_path / "camera", version=9, storage_plugin=StoragePlugin.SQLITE3) as writer:
        connection = writer.add_connection(TOPIC, TYPE, offered_qos_profiles=[sensor_data()], **hashed)
        for number in range(SECONDS * 15):
            image = video.read()[1]
            for _ in range(step - 1):
                video.grab()
            message = CompressedImage(format="jpeg", data=array.array("B", cv2.imencode(".jpg", image)[1].tobytes()))
            time_ns = START_NS + number * STEP_NS
            message.header.stamp, message.header.frame_id = ns_to_stamp(time_ns), "cam"
            writer.write(connection, time_ns, serialize_message(message))
    return tmp_path / "camera"


@pytest.mark.graph
@pytest.mark.replay
def test_it_leads_to_a_targeted_advertisement_at_the_time_of_the_recording(graph, start, camera_bag):
    ads = []
    graph.probe().create_subscription(AdSelection, "ad", ads.append, AD_QOS)
    up = start("up", "camera:=false", "image_topic:=/cam/image_raw")
    graph.spin_until(lambda: ads or up.process.poll(), what="the system")
    with ProgramUnderTest([sys.executable, "-m", "signage_cli.verbs.play", camera_bag, "--loop"], graph.env) as player:
        graph.spin_until(
            lambda: any(ad.episode for ad in ads) or player.process.poll(), what="a targeted advertisement"
        )
        assert f"playing {TOPIC}" in player.error_lines
    targeted = next(ad for ad in ads if ad.episode)
    assert targeted.estimation != "unknown" and targeted.campaign
    assert 0 <= targeted.captured.sec - START_NS // NS_PER_S <= SECONDS
