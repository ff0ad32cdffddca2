"""A camera's part in a graph: publishes images, and collects what the node says about them."""

import array

import cv2
from diagnostic_msgs.msg import DiagnosticArray
from sensor_msgs.msg import CompressedImage
from signage_common.ros_topics import FACES_QOS, IMAGE_QOS, ns_to_stamp
from signage_msgs.msg import FaceArray

FRAME_S = 1 / 30


def jpeg(image):
    data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes()
    return CompressedImage(format="jpeg", data=array.array("B", data))


class Camera:
    """Publishes images from a probe, and collects the node's messages."""

    def __init__(self, graph, message_type=CompressedImage, topic="image_raw/compressed", qos=IMAGE_QOS):
        self.graph = graph
        self.node = graph.probe()
        self.publisher = self.node.create_publisher(message_type, topic, qos)
        self.faces = []
        self.health = []
        self.stamps_ns = []
        self.node.create_subscription(FaceArray, "faces", self.faces.append, FACES_QOS)
        self.node.create_subscription(DiagnosticArray, "/diagnostics", self._keep_health, 10)

    def _keep_health(self, message):
        self.health += [one for one in message.status if "face_inference: " in one.name]

    def wait_for_node(self):
        self.graph.spin_until(lambda: self.publisher.get_subscription_count() > 0, what="the node's subscription")
        self.graph.spin_until(lambda: self.node.count_publishers("faces") > 0, what="the node's publisher")

    def publish(self, message):
        stamp_ns = self.node.get_clock().now().nanoseconds
        message.header.stamp, message.header.frame_id = ns_to_stamp(stamp_ns), "camera"
        self.stamps_ns.append(stamp_ns)
        self.publisher.publish(message)

    def keep_publishing(self, message):
        """Publish a message 30 times a second while the graph spins; return the timer that does it."""
        return self.node.create_timer(FRAME_S, lambda: self.publish(message))

    def show(self, message, until, what):
        """Publish a message 30 times a second until something happened."""
        timer = self.keep_publishing(message)
        self.graph.spin_until(until, what=what)
        self.node.destroy_timer(timer)
