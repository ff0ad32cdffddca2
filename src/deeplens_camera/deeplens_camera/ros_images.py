"""Publish frames as images, each topic only while somebody listens to it."""

from __future__ import annotations

from rclpy.node import Node
from rclpy.publisher import Publisher
from sensor_msgs.msg import CameraInfo, CompressedImage, Image
from signage_common.ros_diagnostics import publish_quietly
from signage_common.ros_topics import IMAGE_QOS, create_publisher

from deeplens_camera.calibration import Calibration
from deeplens_camera.convert import calibration_to_msg, image_to_msg, jpeg_to_msg
from deeplens_camera.frame import Frame
from deeplens_camera.params import CameraParams


class ImagePublisher:
    """Publish frames with what is known of the camera; used by the capture thread alone, but for ``configure``.

    Attributes:
        published_raw: images published as image_raw so far.
        published_compressed: images published as image_raw/compressed so far.
    """

    def __init__(self, node: Node, params: CameraParams, calibration: Calibration | None) -> None:
        """Make the publishers.

        Raises:
            ConfigurationError: a quality of service that a parameter overrides is none.
        """
        self.published_raw = 0
        self.published_compressed = 0
        self._node = node
        self._params = params
        self._calibration = calibration
        self._raw = create_publisher(node, Image, "image_raw", IMAGE_QOS)
        self._compressed = create_publisher(node, CompressedImage, "image_raw/compressed", IMAGE_QOS)
        self._info = create_publisher(node, CameraInfo, "camera_info", IMAGE_QOS)
        self._last: tuple[Frame, CameraParams, Frame] | None = None

    def configure(self, params: CameraParams) -> None:
        """Publish with other parameters from the next frame on; from any thread."""
        self._params = params

    def is_wanted(self) -> bool:
        """Return whether anybody listens to any of the topics."""
        return any(_has_listeners(each) for each in (self._compressed, self._raw, self._info))

    def publish(self, frame: Frame, captured_ns: int) -> None:
        """Publish a frame, as it was asked for, on the topics that somebody listens to.

        Raises:
            BrokenFrameError: it is damaged.
        """
        params = self._params
        frame = self._as_asked(frame, params)
        if _has_listeners(self._compressed):
            jpeg = frame.jpeg(params.jpeg_quality)
            publish_quietly(self._compressed, jpeg_to_msg(jpeg, captured_ns, params.frame_id))
            self.published_compressed += 1
        if _has_listeners(self._raw):
            publish_quietly(self._raw, image_to_msg(frame.image_bgr, captured_ns, params.frame_id))
            self.published_raw += 1
        if _has_listeners(self._info):
            calibration = self._calibration_for(frame)
            publish_quietly(self._info, calibration_to_msg(calibration, frame.size, captured_ns, params.frame_id))

    def _as_asked(self, frame: Frame, params: CameraParams) -> Frame:
        """Turn and scale a frame, once while it stays the same."""
        if self._last is None or self._last[0] is not frame or self._last[1] is not params:
            asked = frame.turned(params.rotate, params.flip).resized(params.width, params.height)
            self._last = (frame, params, asked)
        return self._last[2]

    def _calibration_for(self, frame: Frame) -> Calibration | None:
        calibration = self._calibration
        if calibration is None or calibration.size == frame.size:
            return calibration
        self._node.get_logger().warning(
            f"camera_info_url: the calibration is for pictures of {calibration.size[0]}x{calibration.size[1]}, these "
            f"have {frame.size[0]}x{frame.size[1]}: camera_info is published without it",
            once=True,
        )
        return None


def _has_listeners(publisher: Publisher) -> bool:
    return bool(publisher.get_subscription_count())
