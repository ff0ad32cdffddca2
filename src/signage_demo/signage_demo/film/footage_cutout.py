"""Cut one person out of a photo: a picture with soft edges that can be laid over any background."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from signage_demo.film.footage_cast import Person

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


@dataclass(frozen=True)
class Cutout:
    """A person without background.

    Attributes:
        bgra: uint8 (h, w, 4); the colours are multiplied by the opacity.
        face_xyh_px: centre x, centre y and height of the face in this picture.
    """

    bgra: NDArray[np.uint8]
    face_xyh_px: tuple[float, float, float]


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
