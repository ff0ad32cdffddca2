"""The people of the demo film, cut out of their photos: pictures with soft edges to lay over any background."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from signage_common.errors import ConfigurationError

CUT_FACE_PX = 110
"""Height of the face in the picture that GrabCut works on: its time grows with the area."""
BODY_FACES = 5.0
"""How much of the body below the face is kept, in face heights."""
SURE_MARGIN = 0.10
"""Width of the band inside the outline that may still turn out to be background, in face heights."""
DOUBT_MARGIN = 0.08
"""Width of the band outside the outline that may turn out to be the person, in face heights."""
FEATHER_PX = 1.6
ROUNDS = 3
LENS_BLUR_PX = 0.8
"""A camera across a room draws softer than a photo that was made smaller."""

Outline = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Person:
    """One person in one photo.

    Attributes:
        name: the photo, and a letter for the person in it, from the left.
        photo: file name below the photo or portrait folder.
        gender: as it appears.
        face: centre x, centre y and height of the face from hairline to chin, fractions of the photo.
        outline: polygon around the person, fractions of the photo.
    """

    name: str
    photo: str
    gender: Literal["female", "male"]
    face: tuple[float, float, float]
    outline: Outline


def _person(
    name: str, photo: str, gender: Literal["female", "male"], face: tuple[int, int, int], outline: str
) -> Person:
    """Make a person from thousandths of the photo: the face as numbers, the outline as "x,y x,y ..."."""
    points = (point.split(",") for point in outline.split())
    polygon = tuple((int(x) / 1000, int(y) / 1000) for x, y in points)
    return Person(name, photo, gender, (face[0] / 1000, face[1] / 1000, face[2] / 1000), polygon)


CAST = {
    person.name: person
    for person in (
        _person(
            "obama", "obama.jpg", "male", (540, 225, 250),
            "540,025 450,040 393,130 370,186 396,257 440,330 437,374 218,457 155,530 75,800 57,857 110,1000 "
            "880,1000 905,857 923,686 928,500 880,443 700,374 637,326 682,257 709,186 686,130 630,050",
        ),
        _person(
            "biden", "biden.jpg", "male", (575, 160, 150),
            "585,043 440,080 400,136 410,186 440,236 130,280 50,336 40,457 100,570 65,740 0,857 0,1000 877,1000 "
            "970,857 925,657 1000,543 1000,440 960,370 900,330 760,300 680,280 665,250 730,193 770,143 763,093",
        ),
        _person(
            "sample3a", "sample3.jpg", "female", (360, 340, 160),
            "380,185 330,200 300,240 285,300 270,360 240,380 160,450 115,500 130,560 200,580 200,700 200,820 "
            "200,1000 500,1000 490,750 490,520 470,470 490,380 485,300 455,230 420,195",
        ),
        _person(
            "sample3b", "sample3.jpg", "female", (620, 260, 170),
            "630,105 585,130 565,180 560,270 575,340 575,370 520,380 480,440 485,600 500,1000 750,1000 740,650 "
            "730,500 680,420 670,360 700,310 725,250 720,170 680,115",
        ),
        _person(
            "sample3c", "sample3.jpg", "female", (840, 320, 180),
            "810,165 770,180 755,250 740,330 715,400 720,460 740,500 735,600 740,700 750,850 760,1000 950,1000 "
            "900,750 925,620 900,520 860,470 855,435 875,380 885,300 875,220 850,175",
        ),
        _person(
            "sample6a", "sample6.jpg", "female", (190, 405, 170),
            "155,250 105,290 95,380 85,480 80,550 85,620 80,700 100,800 100,1000 340,1000 340,750 345,620 320,520 "
            "290,440 275,360 240,290 200,255",
        ),
        _person(
            "sample6b", "sample6.jpg", "female", (400, 310, 190),
            "390,140 355,170 345,250 350,340 365,400 360,470 310,530 335,600 340,750 340,1000 520,1000 530,700 535,500 "
            "515,460 500,400 495,300 490,220 470,170 430,140",
        ),
        _person(
            "sample6c", "sample6.jpg", "female", (660, 290, 170),
            "660,110 610,160 585,240 575,350 570,460 550,490 540,550 520,750 520,1000 725,1000 732,600 735,450 "
            "760,350 750,240 730,160 700,120",
        ),
        _person(
            "sample6d", "sample6.jpg", "female", (815, 290, 180),
            "870,095 820,115 785,170 765,250 770,350 765,420 755,500 750,620 750,750 750,1000 830,1000 850,780 "
            "880,670 910,580 930,520 935,420 930,300 925,200 905,120",
        ),
        _person(
            "sample4b", "sample4.jpg", "female", (390, 130, 150),
            "415,015 370,040 350,090 340,150 335,220 325,280 320,320 285,370 280,420 280,600 290,1000 480,1000 "
            "480,600 495,420 500,300 495,200 490,120 475,060 445,020",
        ),
        _person(
            "sample5e", "sample5.jpg", "female", (790, 360, 160),
            "800,195 750,230 730,300 735,400 735,500 745,580 740,700 740,1000 940,1000 930,700 935,550 925,450 "
            "910,360 880,250 840,205",
        ),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Cutout:
    """A person without background.

    Attributes:
        bgra: uint8 (h, w, 4); the colours are multiplied by the opacity.
        face_xyh_px: centre x, centre y and height of the face in this picture.
    """

    bgra: NDArray[np.uint8]
    face_xyh_px: tuple[float, float, float]


def cut_out_all(
    keys: Collection[tuple[str, int]], folders: Sequence[Path], show: Callable[[str], None]
) -> dict[tuple[str, int], Cutout]:
    """Cut people out of their photos, on all cores.

    Args:
        keys: name in the cast and height of the face in pixels, of everybody who is wanted.
        folders: hold the photos.
        show: is told how far it is.

    Raises:
        ConfigurationError: a photo is missing or broken.
    """
    photos_bgr = {name: read_photo(name, folders) for name in sorted({CAST[person].photo for person, _ in keys})}

    def cut(key: tuple[str, int]) -> Cutout:
        person = CAST[key[0]]
        return cut_out(photos_bgr[person.photo], person, key[1])

    cutouts = {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for key, cutout in zip(keys, pool.map(cut, keys), strict=True):
            cutouts[key] = cutout
            show(f"people: {len(cutouts)} of {len(keys)}")
    return cutouts


def read_photo(name: str, folders: Sequence[Path]) -> NDArray[np.uint8]:
    """Read a photo from the first folder that has it: uint8 (h, w, 3), BGR.

    Raises:
        ConfigurationError: no folder has it, or it is no picture.
    """
    path = next((folder / name for folder in folders if (folder / name).is_file()), None)
    if path is None:
        raise ConfigurationError(f"{name}: expected in {' or '.join(map(str, folders))}, but it is not there")
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if picture is None:
        raise ConfigurationError(f"{path}: expected a photo, but it can't be read")
    return np.asarray(picture, np.uint8)


def cut_out(photo_bgr: NDArray[np.uint8], person: Person, face_px: float) -> Cutout:
    """Cut a person out, scaled so that the face is ``face_px`` tall.

    The outline is refined by GrabCut (Rother, Kolmogorov, Blake 2004) within a band on both sides of it.
    """
    photo_bgr, person = _around(photo_bgr, person)
    alpha = _opacity(_scaled(photo_bgr, person, CUT_FACE_PX), person)
    picture = cv2.GaussianBlur(_scaled(photo_bgr, person, face_px), (0, 0), LENS_BLUR_PX)
    height, width = picture.shape[:2]
    opacity = cv2.resize(alpha, (width, height), interpolation=cv2.INTER_LINEAR)[..., np.newaxis]
    bgra = np.concatenate([picture * opacity, 255 * opacity], axis=2).round().astype(np.uint8)
    return Cutout(bgra, (person.face[0] * width, person.face[1] * height, face_px))


def _around(photo_bgr: NDArray[np.uint8], person: Person) -> tuple[NDArray[np.uint8], Person]:
    """Crop a photo to the outline and its band of doubt; return the crop and the person in the crop's fractions."""
    height, width = photo_bgr.shape[:2]
    face_px = person.face[2] * height
    margin = 2 * DOUBT_MARGIN * face_px
    points = np.array(person.outline) * (width, height)
    low = np.maximum(points.min(axis=0) - margin, 0).astype(int)
    high = np.minimum(points.max(axis=0) + margin, (width, height)).astype(int)
    high[1] = min(high[1], int(person.face[1] * height + BODY_FACES * face_px))
    crop = np.ascontiguousarray(photo_bgr[low[1] : high[1], low[0] : high[0]])
    size = high - low
    centre = (np.array(person.face[:2]) * (width, height) - low) / size
    outline = tuple((float(x), float(y)) for x, y in (points - low) / size)
    return crop, replace(person, face=(float(centre[0]), float(centre[1]), face_px / float(size[1])), outline=outline)


def _scaled(photo_bgr: NDArray[np.uint8], person: Person, face_px: float) -> NDArray[np.uint8]:
    factor = face_px / (person.face[2] * photo_bgr.shape[0])
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(photo_bgr, None, fx=factor, fy=factor, interpolation=method), np.uint8)


def _opacity(cut: NDArray[np.uint8], person: Person) -> NDArray[np.float32]:
    mask = _first_guess(cut.shape[:2], person)
    cv2.setRNGSeed(1)
    cv2.grabCut(cut, mask, (0, 0, 0, 0), np.zeros((1, 65)), np.zeros((1, 65)), ROUNDS, cv2.GC_INIT_WITH_MASK)
    inside = np.isin(mask, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
    smooth = cv2.medianBlur(_piece_with_face(inside, person) * np.uint8(255), 9)
    return np.asarray(cv2.GaussianBlur(smooth, (0, 0), FEATHER_PX), np.float32) / np.float32(255)


def _first_guess(shape: tuple[int, ...], person: Person) -> NDArray[np.uint8]:
    height, width = shape[:2]
    polygon = np.array([(x * width, y * height) for x, y in person.outline]).round().astype(np.int32)
    body = np.zeros((height, width), np.uint8)
    cv2.fillPoly(body, [polygon], (1,))
    # Beyond the photo's own edge the person goes on: no doubt is eaten in from there.
    sure = cv2.erode(body, _disc(SURE_MARGIN), borderType=cv2.BORDER_REPLICATE)
    mask = np.where(cv2.dilate(body, _disc(DOUBT_MARGIN)) > 0, cv2.GC_PR_BGD, cv2.GC_BGD)
    mask[body > 0] = cv2.GC_PR_FGD
    mask[sure > 0] = cv2.GC_FGD
    return mask.astype(np.uint8)


def _disc(radius_faces: float) -> NDArray[np.uint8]:
    size = 2 * round(radius_faces * CUT_FACE_PX) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), np.uint8)


def _piece_with_face(inside: NDArray[np.uint8], person: Person) -> NDArray[np.uint8]:
    labels = cv2.connectedComponents(inside)[1]
    height, width = inside.shape
    at_face = labels[int(person.face[1] * height), int(person.face[0] * width)]
    return np.asarray(labels == at_face, np.uint8)
