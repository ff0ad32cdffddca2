"""The node that publishes the images of one source."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import Any

import cv2
from rclpy.clock import Clock
from rclpy.clock_type import ClockType
from rclpy.node import Node
from signage_common.health import Health
from signage_common.ros_diagnostics import DiagnosticsPublisher
from signage_common.ros_node import run_node
from signage_common.ros_params import declare_params

from deeplens_camera.calibration import load_calibration
from deeplens_camera.capture_thread import CaptureEvent, CaptureThread, DroppedFrame, Notice
from deeplens_camera.health import SourceState, health_of
from deeplens_camera.params import CameraParams
from deeplens_camera.ros_images import ImagePublisher
from deeplens_camera.source_address import parse_source
from deeplens_camera.sources.opening import check_source, fingerprint, open_source

_STEADY = Clock(clock_type=ClockType.STEADY_TIME)


class CameraNode(Node):
    """Publish the images of one source, each topic only while somebody listens to it.

    Parameters: see ``CameraParams``; those that are live act at once. ``qos_overrides.<topic>.publisher.*`` as usual.

    Publishers:
        image_raw (sensor_msgs/Image): bgr8; the stamp is the time of capture.
        image_raw/compressed (sensor_msgs/CompressedImage): JPEG; the stamp is the time of capture.
        camera_info (sensor_msgs/CameraInfo): of the same stamp; all zeros but the size if there is no calibration.
        /diagnostics (diagnostic_msgs/DiagnosticArray): state of the source, rate and losses, once a second.

    Subscriptions: none.

    Services: none of its own.
    """

    def __init__(self, **kwargs: Any) -> None:
        self._closing = ExitStack()  # first of all: what fails from here on ends in destroy_node
        super().__init__("camera", **kwargs)
        cv2.setNumThreads(1)
        params = declare_params(self, CameraParams, self._on_change)
        address = parse_source(params.source)
        check_source(address, params)
        self._label = address.label
        self._images = ImagePublisher(self, params, load_calibration(params.camera_info_url))
        self._capture = CaptureThread(
            lambda asked: open_source(address, asked),
            lambda: fingerprint(address),
            self._images,
            self._on_event,
            params,
        )
        self._diagnostics = DiagnosticsPublisher(self, self._read_health, hardware_id=self._label)
        self._closing.callback(self._capture.stop)
        self._capture.start()

    def _on_change(self, params: CameraParams) -> None:
        self._images.configure(params)
        self._capture.configure(params)

    def _on_event(self, event: CaptureEvent) -> None:
        """Log what happened; a change of the source's state is published at once, too. Called in the capture thread."""
        if isinstance(event, Notice):
            self.get_logger().warning(event.text)
        elif isinstance(event, DroppedFrame):
            self.get_logger().warning(
                f"{self._label}: frame dropped: {event.reason}",
                throttle_duration_sec=1.0,
                throttle_time_source_type=_STEADY,
            )
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
        self._closing.close()
        super().destroy_node()


def main() -> None:
    """Run the node as a process."""
    sys.exit(run_node(CameraNode))


if __name__ == "__main__":
    main()
