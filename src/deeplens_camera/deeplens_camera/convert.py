"""Make image messages out of frames."""

from __future__ import annotations

import array
import sys

import numpy as np
from sensor_msgs.msg import CameraInfo, CompressedImage, Image
from signage_common.ros_topics import ns_to_stamp

from deeplens_camera.calibration import Calibration
from deeplens_camera.frame import Size
from deeplens_camera.turning import Pixels


def image_to_msg(image_bgr: Pixels, captured_ns: int, frame_id: str) -> Image:
    """Return pixels as sensor_msgs/Image.

    Args:
        image_bgr: uint8 (h, w, 3), BGR.
        captured_ns: time of capture, nanoseconds of the Unix epoch.
        frame_id: coordinate frame.
    """
    height, width = image_bgr.shape[:2]
    message = Image(height=height, width=width, encoding="bgr8", step=3 * width, is_bigendian=sys.byteorder == "big")
    message.header.stamp = ns_to_stamp(captured_ns)
    message.header.frame_id = frame_id
    message.data = _byte_array(np.ascontiguousarray(image_bgr).data)
    return message


def jpeg_to_msg(jpeg: bytes, captured_ns: int, frame_id: str) -> CompressedImage:
    """Return a JPEG as sensor_msgs/CompressedImage; time and frame as in ``image_to_msg``."""
    message = CompressedImage(format="jpeg")
    message.header.stamp = ns_to_stamp(captured_ns)
    message.header.frame_id = frame_id
    message.data = _byte_array(jpeg)
    return message


def calibration_to_msg(calibration: Calibration | None, size: Size, captured_ns: int, frame_id: str) -> CameraInfo:
    """Return what is known of the camera as sensor_msgs/CameraInfo; time and frame as in ``image_to_msg``.

    Args:
        calibration: the calibration; None if there is none for pictures of this size, which all zeros tell.
        size: width and height of the pictures, px.
        captured_ns: as above.
        frame_id: as above.
    """
    message = CameraInfo(width=size[0], height=size[1])
    message.header.stamp = ns_to_stamp(captured_ns)
    message.header.frame_id = frame_id
    if calibration is not None:
        message.distortion_model = calibration.model
        message.d, message.k = list(calibration.d), list(calibration.k)
        message.r, message.p = list(calibration.r), list(calibration.p)
    return message


def _byte_array(content: bytes | memoryview) -> array.array[int]:
    # rclpy takes an array as it is; of anything else it checks every byte.
    data = array.array("B")
    data.frombytes(content)
    return data
