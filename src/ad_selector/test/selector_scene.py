"""What tests of the node share: a real selector in a graph, and a probe that shows it faces and hears what it says."""

import time

from ad_selector.node import AdSelectorNode
from diagnostic_msgs.msg import DiagnosticArray
from rcl_interfaces.msg import Log
from rclpy.qos import qos_profile_rosout_default
from sensor_msgs.msg import RegionOfInterest
from signage_common.ros_topics import AD_QOS, FACES_QOS, PRESENCE_QOS, ns_to_stamp
from signage_common.stamps import NS_PER_S
from signage_msgs.msg import AdSelection, Demographics, Face, FaceArray, Presence

CATALOGUE = """
version: 1
fallback: [house]
creatives:
  house: {file: house.webm, duration_s: 10}
  신발: {file: a.webm, duration_s: 8, ad_id: "8465"}
  coffee: {file: b.webm, duration_s: 6}
campaigns:
  봄: {creatives: [신발], target: {gender: female, age: [20, 39]}, priority: 10}
  all: {creatives: [coffee]}
"""
WOMAN = {"gender": Demographics.GENDER_FEMALE, "gender_confidence": 0.9, "age_years": 25.0, "decade": 3}
STEP_NS = NS_PER_S // 10


class Scene:
    """A real selector in a graph of its own, and a probe that shows it faces and hears what it says."""

    def __init__(self, graph, folder, **params):
        self.graph = graph
        self.catalogue = folder / "ads.yaml"
        self.catalogue.write_text(CATALOGUE)
        self.ads, self.presence, self.logs, self.health = [], [], [], []
        self.loggers = {}
        probe = self.probe = graph.probe()
        probe.create_subscription(AdSelection, "ad", self.ads.append, AD_QOS)
        probe.create_subscription(Presence, "presence", self.presence.append, PRESENCE_QOS)
        probe.create_subscription(Log, "/rosout", self._hear_log, qos_profile_rosout_default)
        probe.create_subscription(DiagnosticArray, "/diagnostics", lambda msg: self.health.extend(msg.status), 10)
        self.faces = probe.create_publisher(FaceArray, "faces", FACES_QOS)
        params = {"catalog": str(self.catalogue), **params}
        self.node = graph.add(AdSelectorNode, params=params, namespace="deeplens1")
        graph.spin_until(self._is_connected, what="discovery")
        self.began_ns = self.now_ns = time.time_ns()

    def _hear_log(self, msg):
        if msg.name in ("deeplens1.ad_selector", "deeplens1.ad_selector.audience"):
            self.logs.append(msg.msg)
            self.loggers[msg.msg] = msg.name

    def _is_connected(self):
        presence = self.node.count_subscribers("presence")
        return self.ads and presence and self.faces.get_subscription_count()

    def show(self, faces, seconds):
        """Publish images at ten a second of their own time, each when the one before has been read."""
        for _ in range(round(seconds * 10)):
            self.now_ns += STEP_NS
            message = FaceArray(faces=faces)
            message.header.stamp = ns_to_stamp(self.now_ns)
            read = self.node._images + self.node._bad_images
            self.faces.publish(message)
            self.graph.spin_until(lambda read=read: self.node._images + self.node._bad_images > read, what="image read")

    def wait(self, happened, what):
        self.graph.spin_until(happened, what=what)


def person(**fused):
    box = RegionOfInterest(width=100, height=120)
    return Face(
        track_id=1, state=Face.STATE_DETECTED, box=box, confidence=0.9, fused=Demographics(**fused), attention=0.9
    )
