"""The node that publishes the pictures of one source."""

from __future__ import annotations

import sys
import time
from typing import Any

import cv2
from rclpy.node import Node
from sensor_msgs.msg import CompressedImage, Image
from signage_common.health import Health
from signage_common.ros_node import DiagnosticsPublisher, declare_params, run_node
from signage_common.ros_topics import IMAGE_QOS

from deeplens_camera.capture_thread import CaptureThread
from deeplens_camera.convert import image_to_msg, jpeg_to_msg
from deeplens_camera.health import report
from deeplens_camera.pacing import RateLimit
from deeplens_camera.params import CameraParams
from deeplens_camera.picture import Picture
from deeplens_camera.reconnect import BackOff
from deeplens_camera.source_address import parse_source
from deeplens_camera.sources.freshness import fingerprint
from deeplens_camera.sources.opening import check_source, open_source
from deeplens_camera.state import SourceState, StateChange


class CameraNode(Node):
    """Publish the pictures of one source, each topic only while somebody listens to it.

    Parameters: see ``CameraParams``.

    Publishers:
        image_raw (sensor_msgs/Image): bgr8; the stamp is the time of capture.
        image_raw/compressed (sensor_msgs/CompressedImage): JPEG; the stamp is the time of capture.
        /diagnostics (diagnostic_msgs/DiagnosticArray): state of the source, rate and losses, once a second.

    Subscriptions: none.

    Services: none of its own.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("camera", **kwargs)
        cv2.setNumThreads(1)
        self._params = declare_params(self, CameraParams)
        address = parse_source(self._params.source)
        check_source(address, self._params.options)
        self._label = address.label
        self._raw = self.create_publisher(Image, "image_raw", IMAGE_QOS)
        self._compressed = self.create_publisher(CompressedImage, "image_raw/compressed", IMAGE_QOS)
        self._capture = CaptureThread(
            lambda: open_source(address, self._params.options),
            lambda: fingerprint(address),
            self,
            RateLimit(self._params.fps),
            BackOff(),
        )
        self._diagnostics = DiagnosticsPublisher(self, self._read_health, hardware_id=self._label)
        self._capture.start()

    def is_listening(self) -> bool:
        """Say whether anybody listens to either topic."""
        return bool(self._raw.get_subscription_count() or self._compressed.get_subscription_count())

    def show(self, picture: Picture, captured_ns: int) -> None:
        """Publish a picture on the topics that somebody listens to."""
        params, counters = self._params, self._capture.counters
        picture = picture.sized(params.width, params.height)
        if self._compressed.get_subscription_count():
            self._compressed.publish(jpeg_to_msg(picture.jpeg(params.jpeg_quality), captured_ns, params.frame_id))
            counters.published_compressed += 1
        if self._raw.get_subscription_count():
            self._raw.publish(image_to_msg(picture.image_bgr, captured_ns, params.frame_id))
            counters.published_raw += 1

    def tell_change(self, change: StateChange) -> None:
        """Log a change of the source's state and publish it at once."""
        line = f"{self._label}: {change.state.value}: {change.reason}"
        if change.state in (SourceState.RUNNING, SourceState.ENDED):
            self.get_logger().info(line)
        else:
            self.get_logger().warning(line)
        self._diagnostics.publish()

    def tell_notice(self, notice: str) -> None:
        """Log something that people should know."""
        self.get_logger().warning(notice)

    def tell_broken(self, reason: str) -> None:
        """Log a damaged frame, at most once a second."""
        self.get_logger().warning(f"{self._label}: frame dropped: {reason}", throttle_duration_sec=1.0)

    def _read_health(self) -> Health:
        capture = self._capture
        fps = capture.rate.rate_hz(time.monotonic())
        return report(self._label, capture.keeper, capture.counters, fps)

    def destroy_node(self) -> None:
        """Stop reading, then give everything back."""
        self._capture.stop()
        super().destroy_node()


def main() -> None:
    """Run the node as a process."""
    sys.exit(run_node(CameraNode))


if __name__ == "__main__":
    main()
