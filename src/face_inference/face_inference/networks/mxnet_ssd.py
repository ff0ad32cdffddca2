"""The detector of any MXNet SSD, such as the face detector of the DeepLens projects.

Source: Liu et al., "SSD: Single Shot MultiBox Detector", 2016.
"""

from __future__ import annotations

import numpy as np

from face_inference.networks.detection import Detections, ImageBgr, keep_inside
from face_inference.networks.mxnet_ssd_model import MxnetSsdModel, find_files
from face_inference.networks.mxnet_ssd_settings import MxnetSsdSettings, read_settings
from face_inference.networks.network import Float32
from face_inference.networks.pixels import InputBuffer, scale_table

ROWS_KIND = MxnetSsdSettings(mean=(123, 117, 104), scale=1, boxes="normalised")
"""Of MXNet's example and the DeepLens projects."""
GLUON_KIND = MxnetSsdSettings(mean=(123.675, 116.28, 103.53), scale=(1 / 58.395, 1 / 57.12, 1 / 57.375), boxes="pixels")
UNSCALED = MxnetSsdSettings(mean=(0, 0, 0), scale=1)
"""Of a model that scales its input itself."""
FOR_ALL = MxnetSsdSettings(channels="rgb", face_class=0, fit="stretch")


class MxnetSsdDetector:
    """Finds faces with an MXNet SSD; overlapping boxes are left out by the model itself."""

    def __init__(self, prefix: str, score: float, settings: MxnetSsdSettings | None = None, threads: int = 1) -> None:
        """Load a model.

        Args:
            prefix: the model's files are PREFIX-symbol.json, PREFIX-NNNN.params and perhaps PREFIX.json with settings.
            score: what is less sure than this is left out.
            settings: what counts more than the settings beside the model.
            threads: how many work on one run.

        Raises:
            ConfigurationError: a file is missing or broken, or the model is no SSD.
        """
        files = find_files(prefix)
        said = (settings or MxnetSsdSettings()).over(read_settings(files.settings))
        self._model = MxnetSsdModel(files, (said.height, said.width), threads)
        self._settings = said.over(usual_settings(self._model))
        self._score = score
        mean, scale = self._settings.mean or (0, 0, 0), np.array(self._settings.scale or 1, np.float32)
        table = scale_table(mean, 1) * scale.reshape(-1, 1)
        is_stretched = self._settings.fit == "stretch"
        self._buffer = InputBuffer(*self._model.size_px, table, stretched=is_stretched)

    def detect(self, image_bgr: ImageBgr) -> Detections:
        """Find the faces of an image; see Detector."""
        placement = self._buffer.fill(image_bgr)
        rows = self._model.run(self._arrange(self._buffer.planes))
        rows = rows[self._is_face(rows[:, 0]) & (rows[:, 1] > self._score)]
        rows = rows[np.argsort(-rows[:, 1], kind="stable")]
        return keep_inside(placement.to_image(self._to_pixels(rows[:, 2:])), rows[:, 1].copy(), image_bgr)

    def _arrange(self, planes_rgb: Float32) -> Float32:
        """Return the input in the order of channels and axes that the model takes."""
        planes = planes_rgb[:, ::-1] if self._settings.channels == "bgr" else planes_rgb
        return np.ascontiguousarray(planes if self._model.takes_planes else planes.transpose(0, 2, 3, 1))

    def _is_face(self, classes: Float32) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        wanted = self._settings.face_class
        return classes >= 0 if wanted == -1 else classes == wanted

    def _to_pixels(self, boxes: Float32) -> Float32:
        """Return boxes in pixels of the input."""
        if self._settings.boxes == "pixels":
            return boxes
        height, width = self._model.size_px
        return boxes * np.array([width, height, width, height], np.float32)


def usual_settings(model: MxnetSsdModel) -> MxnetSsdSettings:
    """Return what holds for a model of this kind if nothing is said."""
    usual = FOR_ALL.over(GLUON_KIND if model.is_gluon else ROWS_KIND)
    return usual if model.takes_planes else UNSCALED.over(usual)
