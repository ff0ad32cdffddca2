"""Convert messages to images, and the analysis of an image to a message."""

from __future__ import annotations

import math
import reprlib

import numpy as np
from numpy.typing import NDArray
from sensor_msgs.msg import CompressedImage, Image, RegionOfInterest
from signage_common.demographics import Demographics
from signage_msgs.msg import Demographics as DemographicsMsg
from signage_msgs.msg import Face as FaceMsg
from signage_msgs.msg import FaceArray
from std_msgs.msg import Header

from face_inference.boxes import Box
from face_inference.images import CorruptImageError, ImageBgr, decode, decode_thumbnail, shrink
from face_inference.pipeline import Analysis, Face
from face_inference.raw_images import RawImage, to_bgr, with_colours


def compressed_to_image(message: CompressedImage) -> ImageBgr:
    """Return the image in a message, BGR: uint8 (height, width, 3).

    Raises:
        CorruptImageError: it can't be read.
    """
    _check_format(message)
    image = decode(message.data)
    encoding, _, packed = message.format.partition(";")
    return image if "bgr" in packed else with_colours(image, encoding)


def compressed_to_thumbnail(message: CompressedImage) -> NDArray[np.uint8]:
    """Return the image in a message at an eighth of its size, grey.

    Raises:
        CorruptImageError: it can't be read.
    """
    _check_format(message)
    return decode_thumbnail(message.data)


def _check_format(message: CompressedImage) -> None:
    """Refuse what image_transport packs otherwise than as a picture."""
    if "compressedDepth" in message.format:
        raise CorruptImageError(f"expected a JPEG or PNG image, got depths, {reprlib.repr(message.format)}")


def raw_to_thumbnail(message: Image) -> NDArray[np.uint8]:
    """Return the image in a message at an eighth of its size, grey.

    Raises:
        CorruptImageError: its size, encoding and data don't agree, or it is no picture.
    """
    return shrink(raw_to_image(message))


def raw_to_image(message: Image) -> ImageBgr:
    """Return the image in a message, BGR: uint8 (height, width, 3).

    Raises:
        CorruptImageError: its size, encoding and data don't agree, or it is no picture.
    """
    return to_bgr(
        RawImage(
            width=message.width,
            height=message.height,
            step=message.step,
            encoding=message.encoding,
            is_bigendian=bool(message.is_bigendian),
            data=message.data,
        )
    )


def analysis_to_msg(analysis: Analysis, header: Header, fetch_ms: float, frames_dropped: int) -> FaceArray:
    """Write an analysis as a message.

    Args:
        analysis: what was found in the image.
        header: of the image: stamp of capture and frame.
        fetch_ms: from the stamp to the decoded image in hand.
        frames_dropped: images since the last analysed one that weren't analysed.
    """
    width, height = analysis.size_px
    return FaceArray(
        header=header,
        image_width=width,
        image_height=height,
        faces=[_face_to_msg(face) for face in analysis.faces],
        fetch_ms=fetch_ms,
        detect_ms=analysis.detect_ms,
        classify_ms=analysis.classify_ms,
        frames_dropped=frames_dropped,
    )


def demographics_to_msg(demographics: Demographics) -> DemographicsMsg:
    """Write demographics as a message; what isn't estimated is NaN, probabilities then are 0."""
    message = DemographicsMsg(
        gender=int(demographics.gender),
        gender_confidence=_nan_if_none(demographics.gender_confidence),
        age_years=_nan_if_none(demographics.age_years),
        age_spread_years=_nan_if_none(demographics.age_spread_years),
        decade=int(demographics.decade),
    )
    if demographics.decade_probabilities is not None:
        message.decade_probabilities = list(demographics.decade_probabilities)
    return message


def _face_to_msg(face: Face) -> FaceMsg:
    return FaceMsg(
        track_id=face.track_id,
        state=int(face.state),
        box=_box_to_msg(face.xyxy_px),
        confidence=_nan_if_none(face.score),
        estimate=demographics_to_msg(face.estimate),
        fused=demographics_to_msg(face.fused),
        attention=_nan_if_none(face.attention),
        still_s=_nan_if_none(face.still_s),
    )


def _box_to_msg(xyxy_px: Box) -> RegionOfInterest:
    """Write the smallest box of whole pixels that holds a box; the box lies inside the image."""
    left, top = math.floor(xyxy_px[0]), math.floor(xyxy_px[1])
    width, height = math.ceil(xyxy_px[2]) - left, math.ceil(xyxy_px[3]) - top
    return RegionOfInterest(x_offset=left, y_offset=top, width=width, height=height)


def _nan_if_none(value: float | None) -> float:
    return math.nan if value is None else value
