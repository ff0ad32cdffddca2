"""Age and gender of a face.

Source: Chollet, "Xception: Deep Learning with Depthwise Separable Convolutions", 2017.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from signage_common.errors import ConfigurationError

from face_inference.images import Float32, ImageBgr
from face_inference.logistic import probability_of
from face_inference.networks.backends import DEFAULT_BACKEND, make_network
from face_inference.networks.model_files import ModelFileError, locate_model
from face_inference.networks.preprocessing import FACE_MEAN_RGB, InputBuffer, crop, scale_table

CONVERTED = "age-gender"
"""The network that the set-up makes; all others are of the user's own."""


@dataclass(frozen=True, eq=False)
class FaceEstimates:
    """What single images say of faces; NaN where a box covers no pixel of the image.

    Attributes:
        age_years: float32 (n,), not negative.
        male_probability: float32 (n,), in [0, 1].
    """

    age_years: Float32
    male_probability: Float32


class AgeGenderNet:
    """Estimates age and gender, face by face: a batch takes as long as its faces one after another."""

    def __init__(
        self,
        models_dir: Path,
        name: str = CONVERTED,
        crop_factor: float = 1.0,
        average_flip: bool = False,
        backend: str = DEFAULT_BACKEND,
        threads: int = 1,
    ) -> None:
        """Load the network.

        Args:
            models_dir: the folder of the converted models.
            name: which of them; or, with a slash in it, the beginning of the paths of its files.
            crop_factor: how much is cut out, in widths and heights of the box.
            average_flip: whether the mirrored face is estimated too, and both averaged, at twice the time.
            backend: what runs the network.
            threads: how many work on one run.

        Raises:
            ConfigurationError: a file is missing or broken, or the network answers otherwise.
        """
        try:
            self._network = make_network(backend, *locate_model(models_dir, name), threads)
        except ModelFileError as error:
            raise own_model_error(error, name) from error
        self._buffer = InputBuffer(*self._network.input_shape[2:], scale_table(FACE_MEAN_RGB, 255), centred=True)
        self._crop_factor = crop_factor
        self._average_flip = average_flip
        answer = self._network.run(np.zeros(self._network.input_shape, np.float32))
        if answer.shape != (1, 3):
            raise ConfigurationError(f"{name}: expected an age and gender network, got one that answers {answer.shape}")

    def estimate(self, image_bgr: ImageBgr, xyxy_px: Float32) -> FaceEstimates:
        """Estimate the faces of one image.

        Args:
            image_bgr: uint8 (h, w, 3), BGR.
            xyxy_px: float32 (n, 4), the faces' boxes in pixels of the image.
        """
        ages, probabilities = np.full(len(xyxy_px), np.nan, np.float32), np.full(len(xyxy_px), np.nan, np.float32)
        for index, box in enumerate(xyxy_px):
            face = crop(image_bgr, box, self._crop_factor)
            if face is not None:
                ages[index], probabilities[index] = self.estimate_crop(face.image_bgr)
        return FaceEstimates(ages, probabilities)

    def estimate_crop(self, face_bgr: ImageBgr) -> tuple[float, float]:
        """Estimate a face that is cut out already: age in years and probability of male, both as exact as float32.

        Where the mirrored face is estimated too, they are the mean age and that of the mean log odds.
        """
        self._buffer.fill(face_bgr)
        answers = [self._run(self._buffer.planes)]
        if self._average_flip:
            answers.append(self._run(np.ascontiguousarray(self._buffer.planes[..., ::-1])))
        age, log_odds = np.mean(answers, axis=0).tolist()
        return float(np.float32(max(age, 0.0))), float(np.float32(probability_of(log_odds)))

    def _run(self, planes: Float32) -> tuple[float, float]:
        """Return age in years and log odds of male."""
        age, male, female = self._network.run(planes)[0].tolist()
        return age, male - female


def own_model_error(error: ModelFileError, name: str) -> ModelFileError:
    """Return the error about a file of an age and gender network, with the way out that this network has."""
    if name == CONVERTED:
        return error
    return ModelFileError(error.what, f"expected {CONVERTED}, or the PREFIX, with a slash in it, of your own network")
