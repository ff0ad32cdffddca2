"""A camera that hangs upside down, on its side or behind a mirror."""

import numpy as np
import pytest
from deeplens_camera.errors import BrokenFrameError
from deeplens_camera.frame import BORDER_GREY, Frame
from deeplens_camera.params import CameraParams
from deeplens_camera.source_address import SourceAddress, SourceKind
from deeplens_camera.sources.opening import open_source
from deeplens_camera.turning import turn
from signage_common.errors import ConfigurationError

pytestmark = pytest.mark.fault
SCENE = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
EXPECTED = {
    (0, "none"): SCENE,
    (90, "none"): np.rot90(SCENE, -1),
    (180, "none"): SCENE[::-1, ::-1],
    (270, "none"): np.rot90(SCENE),
    (0, "horizontal"): SCENE[:, ::-1],
    (0, "vertical"): SCENE[::-1],
    (90, "horizontal"): np.rot90(SCENE, -1)[:, ::-1],  # as it is seen when it has been turned
    (270, "vertical"): np.rot90(SCENE)[::-1],
}


@pytest.mark.parametrize(("rotate", "flip"), EXPECTED)
def test_turned_clockwise_then_mirrored(rotate, flip):
    assert np.array_equal(turn(SCENE, rotate, flip), EXPECTED[rotate, flip])


def test_where_nothing_is_turned_the_jpeg_is_passed_on(jpeg):
    frame = Frame(jpeg=jpeg(90))
    assert frame.turned(0, "none") is frame
    assert frame.turned(90, "none").size == (240, 320)
    with pytest.raises(BrokenFrameError):
        Frame(jpeg=jpeg(90)[:300]).turned(180, "none")


@pytest.mark.parametrize("kind", ["synthetic", "photos", "film"])
@pytest.mark.parametrize(
    ("params", "size"),
    [
        ({}, None),
        ({"rotate": 180}, None),
        ({"rotate": 90}, "sideways"),
        ({"rotate": 270, "width": 200, "height": 300}, (200, 300)),
        ({"rotate": 0, "width": 200, "height": 300}, (200, 300)),
    ],
)
def test_width_and_height_are_those_of_the_upright_picture(kind, params, size, write_video, photo_folder):
    address = {
        "synthetic": lambda: SourceAddress(SourceKind.SYNTHETIC),
        "photos": lambda: SourceAddress(SourceKind.PHOTOS, str(photo_folder(a=40))),
        "film": lambda: SourceAddress(SourceKind.VIDEO, str(write_video(frames=3))),
    }[kind]()
    own = (320, 240) if kind == "film" else (1280, 720)
    asked = CameraParams(**params)
    source = open_source(address, asked)
    source.advance()
    frame = source.frame().turned(asked.rotate, asked.flip).resized(asked.width, asked.height)
    source.close()
    assert frame.size == {None: own, "sideways": own[::-1]}.get(size, size)
    if kind == "synthetic":
        assert (frame.image_bgr[5, 5] != BORDER_GREY).any()  # turned, not squeezed between grey


@pytest.mark.parametrize("rotate", [1, 45, 89, 91, 269])
def test_other_angles_are_refused(rotate):
    with pytest.raises(ConfigurationError, match=f"rotate: expected 0, 90, 180 or 270, got {rotate}"):
        CameraParams(rotate=rotate)
