"""The node that finds, follows and describes the faces in the camera's images."""

from __future__ import annotations

import gc
import sys
import time
from typing import Any

import cv2
from rclpy.node import Node
from sensor_msgs.msg import CompressedImage, Image
from signage_common.health import Health
from signage_common.ros_diagnostics import DiagnosticsPublisher, guarded, publish_quietly
from signage_common.ros_node import run_node
from signage_common.ros_params import declare_params
from signage_common.ros_topics import FACES_QOS, IMAGE_QOS, create_publisher, create_subscription
from signage_common.stamps import NS_PER_S
from signage_msgs.msg import FaceArray

from face_inference.convert import (
    analysis_to_msg,
    compressed_to_image,
    compressed_to_thumbnail,
    raw_to_image,
    raw_to_thumbnail,
)
from face_inference.idle_gate import IdleGate
from face_inference.images import CorruptImageError
from face_inference.loading import load_networks
from face_inference.node_stats import AnalysisTimes, NodeStats, fetch_ms
from face_inference.params import FaceInferenceParams
from face_inference.pipeline import Pipeline
from face_inference.scheduling import DropCounter, FrameSchedule, StampError, read_stamp

_INPUTS = {
    "compressed": (CompressedImage, "image_raw/compressed", compressed_to_image, compressed_to_thumbnail),
    "raw": (Image, "image_raw", raw_to_image, raw_to_thumbnail),
}


class FaceInferenceNode(Node):
    """Find, follow and describe faces.

    Parameters: see ``FaceInferenceParams``.

    Publishers:
        faces (signage_msgs/FaceArray): the faces of each analysed image, also when there are none.
        /diagnostics (diagnostic_msgs/DiagnosticArray): rate, times and losses, once a second.

    Subscriptions:
        image_raw/compressed (sensor_msgs/CompressedImage), or image_raw (sensor_msgs/Image) with transport raw.

    Services: none of its own.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("face_inference", **kwargs)
        params = declare_params(self, FaceInferenceParams, self._follow)
        self._pipeline = Pipeline(load_networks(params), params, time.perf_counter, time.process_time)
        self._schedule = FrameSchedule(params.detect_rate_hz)
        self._idle_gate = IdleGate(params.still_rate_hz)
        self._drops = DropCounter()
        self._stats = NodeStats(time.monotonic())
        self._faces = create_publisher(self, FaceArray, "faces", FACES_QOS)
        message_type, topic, self._to_image, self._to_thumbnail = _INPUTS[params.transport]
        self._images = create_subscription(self, message_type, topic, guarded(self, self._on_image), IMAGE_QOS)
        self._diagnostics = DiagnosticsPublisher(self, self._read_health)
        self.get_logger().info(
            f"finding faces with {params.detector_name} by {params.backend} in {self._images.topic_name}"
        )

    def _follow(self, params: FaceInferenceParams) -> None:
        """Go by other values of the live parameters."""
        self._pipeline.follow(params)
        self._schedule.set_rate(params.detect_rate_hz)
        self._idle_gate.set_rate(params.still_rate_hz)

    def _on_image(self, message: Any, info: dict[str, Any]) -> None:
        """Analyse an image, or drop it; while it is analysed only the newest of those that come is kept."""
        self._stats.count_received(time.monotonic())
        self._drops.count(str(info.get("publisher_gid")), info.get("publication_sequence_number"))
        try:
            stamp_ns = self._read_stamp(message)
            if self._schedule.admits(stamp_ns / NS_PER_S) and self._idle_gate.admits(
                stamp_ns / NS_PER_S, lambda: self._to_thumbnail(message)
            ):
                self._analyse(message, stamp_ns)
                return
        except CorruptImageError as error:
            self._stats.count_corrupt(time.monotonic())
            self.get_logger().warning(f"image dropped: {error}", throttle_duration_sec=1.0)
        except StampError as error:
            self._stats.count_unstamped(time.monotonic())
            self.get_logger().warning(f"image dropped: {error}", throttle_duration_sec=1.0)
        self._drops.count_unused()

    def _read_stamp(self, message: Any) -> int:
        """Return the stamp of an image, ns."""
        stamp = message.header.stamp
        stamp_ns = read_stamp(stamp.sec, stamp.nanosec, self.get_clock().now().nanoseconds)
        if self._schedule.is_stale(stamp_ns / NS_PER_S):
            raise StampError("expected a time of capture after that of the last image")
        return stamp_ns

    def _analyse(self, message: Any, stamp_ns: int) -> None:
        """Decode an image, find its faces, publish them."""
        image = self._to_image(message)
        fetched_ms = fetch_ms(stamp_ns, self.get_clock().now().nanoseconds)
        analysis = self._pipeline.analyse(image, stamp_ns / NS_PER_S)
        self._idle_gate.record(analysis.stamp_s, self._pipeline.sees_anyone)
        times = AnalysisTimes(fetched_ms, analysis.detect_ms, analysis.classify_ms, analysis.detect_cpu_ms)
        dropped = self._drops.take()
        publish_quietly(self._faces, analysis_to_msg(analysis, message.header, fetched_ms, dropped))
        self._stats.count_analysed(time.monotonic(), times, dropped)
        self.get_logger().debug(
            f"fetch {fetched_ms:.1f} ms, detect {times.detect_ms:.1f} ms, classify {times.classify_ms:.1f} ms, "
            f"faces {len(analysis.faces)}, dropped {dropped}"
        )

    def _read_health(self) -> Health:
        return self._stats.health(time.monotonic())


def start() -> FaceInferenceNode:
    """Make the node of a process that does nothing else: one thread, and no collection of what lives for ever."""
    cv2.setNumThreads(1)
    node = FaceInferenceNode()
    gc.collect()
    gc.freeze()
    return node


def main() -> None:
    """Run the node until it is told to stop."""
    sys.exit(run_node(start))
