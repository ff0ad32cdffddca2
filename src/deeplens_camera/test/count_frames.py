"""Count the images that a process of its own gets in some seconds, and how many there were: ``arrived expected``."""

import sys
import time

import rclpy
from rclpy.node import Node
from sensor_msgs.msg import Image
from signage_common.ros_topics import IMAGE_QOS, stamp_to_ns
from signage_common.stamps import ns_to_seconds, seconds_to_ns

TOPIC, SECONDS = sys.argv[1], float(sys.argv[2])
PATIENCE_S = 45.0

rclpy.init()
node = Node("count_frames")
stamps_ns: list[int] = []
node.create_subscription(Image, TOPIC, lambda message: stamps_ns.append(stamp_to_ns(message.header.stamp)), IMAGE_QOS)
end_s = time.monotonic() + PATIENCE_S
while time.monotonic() < end_s and (not stamps_ns or stamps_ns[-1] - stamps_ns[0] < seconds_to_ns(SECONDS)):
    rclpy.spin_once(node, timeout_sec=0.2)
expected = round(ns_to_seconds(stamps_ns[-1] - stamps_ns[0]) * 30) + 1 if stamps_ns else 0
print(len(stamps_ns), expected)
node.destroy_node()
rclpy.shutdown()
