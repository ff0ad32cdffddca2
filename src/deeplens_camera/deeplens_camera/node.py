"""The node that publishes the images of one source."""

from __future__ import annotations

import sys
from typing import Any

import cv2
from rclpy.node import Node
from sensor_msgs.msg import CompressedImage, Image
from signage_common.health import Health
from signage_common.ros_diagnostics import DiagnosticsPublisher
from signage_common.ros_node import run_node
from signage_common.ros_params import declare_params
from signage_common.ros_topics import IMAGE_QOS

from deeplens_camera.capture_thread import CaptureEvent, CaptureThread, DroppedFrame, Notice
from deeplens_camera.convert import image_to_msg, jpeg_to_msg
from deeplens_camera.frame import Frame
from deeplens_camera.health import SourceState, health_of
from deeplens_camera.pacing import RateLimit
from deeplens_camera.params import CameraParams
from deeplens_camera.source_address import parse_source
from deeplens_camera.sources.opening import check_source, fingerprint, open_source


class ImagePublisher:
    """Publish frames on both topics, each only while somebody listens to it; used by the capture thread alone.

    Attributes:
        published_raw: images published as image_raw so far.
        published_compressed: images published as image_raw/compressed so far.
    """

    def __init__(self, node: Node, params: CameraParams) -> None:
        """Make the publishers."""
        self.published_raw = 0
        self.published_compressed = 0
        self._params = params
        self._raw = node.create_publisher(Image, "image_raw", IMAGE_QOS)
        self._compressed = node.create_publisher(CompressedImage, "image_raw/compressed", IMAGE_QOS)

    def is_wanted(self) -> bool:
        """Return whether anybody listens to either topic."""
        return bool(self._raw.get_subscription_count() or self._compressed.get_subscription_count())

    def publish(self, frame: Frame, captured_ns: int) -> None:
        """Publish a frame, in the size that was asked for, on the topics that somebody listens to.

        Raises:
            BrokenFrameError: it is damaged.
        """
        params = self._params
        frame = frame.resized(params.width, params.height)
        if self._compressed.get_subscription_count():
            self._compressed.publish(jpeg_to_msg(frame.jpeg(params.jpeg_quality), captured_ns, params.frame_id))
            self.published_compressed += 1
        if self._raw.get_subscription_count():
            self._raw.publish(image_to_msg(frame.image_bgr, captured_ns, params.frame_id))
            self.published_raw += 1


class CameraNode(Node):
    """Publish the images of one source, each topic only while somebody listens to it.

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
        params = declare_params(self, CameraParams)
        address = parse_source(params.source)
        check_source(address, params)
        self._label = address.label
        self._images = ImagePublisher(self, params)
        self._capture = CaptureThread(
            lambda: open_source(address, params),
            lambda: fingerprint(address),
            self._images,
            self._on_event,
            RateLimit(params.fps),
        )
        self._diagnostics = DiagnosticsPublisher(self, self._read_health, hardware_id=self._label)
        self._capture.start()

    def _on_event(self, event: CaptureEvent) -> None:
        """Log what happened; a change of the source's state is published at once, too. Called in the capture thread."""
        if isinstance(event, Notice):
            self.get_logger().warning(event.text)
        elif isinstance(event, DroppedFrame):
            self.get_logger().warning(f"{self._label}: frame dropped: {event.reason}", throttle_duration_sec=1.0)
        else:
            line = f"{self._label}: {event.state.value}: {event.reason}"
            if event.state in (SourceState.RUNNING, SourceState.ENDED):
                self.get_logger().info(line)
            else:
                self.get_logger().warning(line)
            self._diagnostics.publish()

    def _read_health(self) -> Health:
        images = self._images
        return health_of(self._label, self._capture.status(), images.published_raw, images.published_compressed)

    def destroy_node(self) -> None:
        """Stop reading, then give everything back."""
        self._capture.stop()
        super().destroy_node()


def main() -> None:
    """Run the node as a process."""
    sys.exit(run_node(CameraNode))


if __name__ == "__main__":
    main()
