"""How sharp the image of a face is."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

_SIDE_PX = 64
_LEAST_VARIANCE = 25.0  # grey levels squared: what is flatter than this is noise


def sharpness(face_bgr: NDArray[np.uint8]) -> float:
    """Return the fine detail of a face by its contrast: the variance of the Laplacian by that of the grey levels.

    Size, light and contrast hardly change it. About 0.2 for a sharp face, 0.02 if it is blurred by a fiftieth of its
    width (standard deviation), 0.01 by a thirtieth. Source: Pech-Pacheco et al., "Diatom autofocusing in brightfield
    microscopy", 2000.

    Args:
        face_bgr: uint8 (h, w, 3), what is in the face's box.
    """
    small = cv2.resize(face_bgr, (_SIDE_PX, _SIDE_PX), interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).astype(np.float32)
    return float(cv2.Laplacian(grey, cv2.CV_32F).var() / max(float(grey.var()), _LEAST_VARIANCE))
