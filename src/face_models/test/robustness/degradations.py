"""What happens to pictures: bad light, bad cameras, bad mounting, and things in front of faces."""

from collections.abc import Callable, Mapping

import cv2
import numpy as np
from face_models.samples.photos import LabelledImage

TILT_DEGREES = 20
BLUR_SIGMA_PX = 4
JPEG_QUALITY = 30
GREY = (128, 128, 128)


def changed(photo, image_bgr, faces_px=None):
    return LabelledImage(photo.name, image_bgr, photo.faces_px if faces_px is None else faces_px)


def brightness(factor):
    return lambda photo: changed(photo, cv2.convertScaleAbs(photo.image_bgr, alpha=factor))


def grey(photo):
    return changed(photo, cv2.cvtColor(cv2.cvtColor(photo.image_bgr, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR))


def jpeg(photo):
    data = cv2.imencode(".jpg", photo.image_bgr, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1]
    return changed(photo, cv2.imdecode(data, cv2.IMREAD_COLOR))


def tilt(degrees):
    """Turn the camera about the middle of its picture; some faces leave the frame."""

    def turn(photo):
        height, width = photo.image_bgr.shape[:2]
        turned = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
        image = cv2.warpAffine(photo.image_bgr, turned, (width, height), flags=cv2.INTER_LINEAR, borderValue=GREY)
        half = (photo.faces_px[:, 2:] - photo.faces_px[:, :2]) / 2
        centres = (photo.faces_px[:, :2] + half) @ turned[:, :2].T + turned[:, 2]
        boxes = np.concatenate([centres - half, centres + half], axis=1)
        return changed(photo, image, boxes.astype(np.float32))

    return turn


def blur(photo):
    return changed(photo, cv2.GaussianBlur(photo.image_bgr, (0, 0), BLUR_SIGMA_PX))


def hidden(part):
    """Cover half of each face: ``left`` (somebody in front) or ``lower`` (a mask, a scarf)."""

    def cover(photo):
        image = photo.image_bgr.copy()
        for left, top, right, bottom in photo.faces_px.astype(int):
            corner = ((left + right) // 2, bottom) if part == "left" else (right, bottom)
            start = (left, top) if part == "left" else (left, (top + bottom) // 2)
            cv2.rectangle(image, start, corner, GREY, -1)
        return changed(photo, image)

    return cover


def swap_channels(photo):
    return changed(photo, np.ascontiguousarray(photo.image_bgr[:, :, ::-1]))


DEGRADATIONS: Mapping[str, Callable[[LabelledImage], LabelledImage]] = {
    "half brightness": brightness(0.5),
    "double brightness": brightness(2.0),
    "grey": grey,
    "JPEG quality 30": jpeg,
    "tilt 20 degrees": tilt(TILT_DEGREES),
    "tilt -20 degrees": tilt(-TILT_DEGREES),
    "blur": blur,
    "left half hidden": hidden("left"),
    "lower half hidden": hidden("lower"),
    "channels swapped": swap_channels,
}
