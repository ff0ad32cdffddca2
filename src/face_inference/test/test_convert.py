import array
import math

import cv2
import numpy as np
import pytest
from face_inference.convert import (
    analysis_to_msg,
    compressed_to_image,
    demographics_to_msg,
    raw_to_image,
)
from face_inference.images import CorruptImageError
from face_inference.pipeline import Analysis, Face
from face_inference.tracks import FaceState
from sensor_msgs.msg import CompressedImage, Image
from signage_common.demographics import Decade, Demographics, Gender
from signage_msgs.msg import Demographics as DemographicsMsg
from signage_msgs.msg import Face as FaceMsg
from std_msgs.msg import Header

KNOWN = Demographics(Gender.FEMALE, 0.875, 24.5, 5.25, Decade.D20S, (0.0, 0.125, 0.75, 0.125, *(0.0,) * 6))
FACES = (
    Face(
        1, FaceState.DETECTED, (10.0, 20.0, 110.0, 140.0), 0.75, estimate=KNOWN, fused=KNOWN, attention=0.5, still_s=2.5
    ),
    Face(7, FaceState.PREDICTED, (0.0, 0.0, 1280.0, 720.0), None),
)


def message(faces=FACES):
    header = Header(frame_id="camera")
    header.stamp.sec = 12
    return analysis_to_msg(Analysis(12.0, (1280, 720), faces, 50.0, 48.0, 9.5), header, 8.25, 2)


def none_if_nan(value):
    return None if math.isnan(value) else value


def read_demographics(told):
    probabilities = tuple(told.decade_probabilities.tolist())
    return Demographics(
        gender=Gender(told.gender),
        gender_confidence=none_if_nan(told.gender_confidence),
        age_years=none_if_nan(told.age_years),
        age_spread_years=none_if_nan(told.age_spread_years),
        decade=Decade(told.decade),
        decade_probabilities=probabilities if any(probabilities) else None,
    )


def read_face(told):
    box = told.box
    return Face(
        track_id=told.track_id,
        state=FaceState(told.state),
        xyxy_px=(box.x_offset, box.y_offset, box.x_offset + box.width, box.y_offset + box.height),
        score=none_if_nan(told.confidence),
        estimate=read_demographics(told.estimate),
        fused=read_demographics(told.fused),
        attention=none_if_nan(told.attention),
        still_s=none_if_nan(told.still_s),
    )


def test_an_analysis_becomes_a_message():
    told = message()
    assert (told.header.stamp.sec, told.header.frame_id) == (12, "camera")
    assert (told.image_width, told.image_height, told.frames_dropped) == (1280, 720, 2)
    assert (told.fetch_ms, told.detect_ms, told.classify_ms) == (8.25, 50.0, 9.5)


def test_faces_survive_the_round_trip():
    assert tuple(map(read_face, message().faces)) == FACES
    assert tuple(map(read_face, message(()).faces)) == ()


def test_what_is_unknown_is_nan_in_the_message():
    face = message().faces[1]
    unknown = [face.confidence, face.attention, face.still_s, face.fused.age_years, face.fused.gender_confidence]
    assert all(math.isnan(value) for value in unknown)
    assert face.fused.decade_probabilities.tolist() == [0.0] * 10


def test_the_box_of_whole_pixels_holds_the_face():
    (face,) = message((Face(1, FaceState.DETECTED, (10.6, 20.2, 50.8, 60.0)),)).faces
    box = face.box
    assert (box.x_offset, box.y_offset, box.width, box.height) == (10, 20, 41, 40)


@pytest.mark.parametrize("demographics", [KNOWN, Demographics()])
def test_demographics_survive_the_round_trip(demographics):
    assert read_demographics(demographics_to_msg(demographics)) == demographics


@pytest.mark.parametrize(
    ("names", "message_type", "prefix"),
    [(Gender, DemographicsMsg, "GENDER_"), (Decade, DemographicsMsg, "DECADE_"), (FaceState, FaceMsg, "STATE_")],
)
def test_enums_match_the_messages(names, message_type, prefix):
    for one in names:
        name = one.name[1:] if prefix == "DECADE_" and one.value else one.name
        assert getattr(message_type, prefix + name) == one.value


BGR = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)


def raw(pixels, encoding, step=None, height=4):
    data = array.array("B", np.ascontiguousarray(pixels).tobytes())
    step = step or pixels[0].size * pixels.itemsize
    return Image(height=height, width=6, encoding=encoding, step=step, data=data)


@pytest.mark.parametrize(("encoding", "pixels"), [("bgr8", BGR), ("rgb8", BGR[:, :, ::-1])])
def test_a_raw_image_becomes_bgr(encoding, pixels):
    assert (raw_to_image(raw(pixels, encoding)) == BGR).all()


def test_a_grey_raw_image_has_three_channels():
    assert (raw_to_image(raw(BGR[:, :, 0], "mono8")) == BGR[:, :, :1]).all()


def test_padding_at_the_end_of_rows_is_no_picture():
    padded = np.pad(BGR.reshape(4, 18), ((0, 0), (0, 14)))
    assert (raw_to_image(raw(padded, "bgr8", step=32)) == BGR).all()


@pytest.mark.parametrize(
    "broken", [raw(BGR[:2], "bgr8"), raw(BGR, "nonsense"), raw(BGR, "bgr8", height=0), raw(BGR[:2], "bgr8", step=32)]
)
def test_a_raw_image_that_does_not_agree_with_itself_is_an_error(broken):
    with pytest.raises(CorruptImageError, match="expected"):
        raw_to_image(broken)


def test_a_compressed_image_is_decoded():
    data = cv2.imencode(".png", BGR)[1].tobytes()
    assert (compressed_to_image(CompressedImage(format="png", data=array.array("B", data))) == BGR).all()


def test_an_empty_compressed_image_is_an_error():
    with pytest.raises(CorruptImageError):
        compressed_to_image(CompressedImage(format="jpeg"))
