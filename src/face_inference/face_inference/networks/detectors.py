"""The face detectors by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from signage_common.errors import ConfigurationError

from face_inference.networks.backends import DEFAULT_BACKEND, Network, make_network
from face_inference.networks.converted_detectors import SsdDetector, TinyDetector
from face_inference.networks.detection import Detector
from face_inference.networks.dlib_detectors import (
    PACKAGES,
    DlibCnnDetector,
    DlibHogDetector,
    FaceRecognitionDetector,
    find_package,
)
from face_inference.networks.haar import HaarDetector, neighbours_at
from face_inference.networks.model_files import NO_MODEL, ModelChoice


@dataclass(frozen=True)
class DetectorOptions:
    """What detectors are made from; each takes what it needs.

    Attributes:
        models_dir: the folder of the converted models.
        score: what is less sure than this is left out; in [0, 1].
        backend: what runs the converted models.
        threads: how many work on one run.
        model: the model of the detector mxnet-ssd.
    """

    models_dir: Path
    score: float
    backend: str = DEFAULT_BACKEND
    threads: int = 1
    model: ModelChoice = NO_MODEL

    def network(self, name: str) -> Network:
        """Load a converted model."""
        return make_network(self.backend, self.models_dir, name, self.threads)


def _mxnet_ssd(options: DetectorOptions) -> Detector:
    from face_inference.networks.mxnet_ssd import MxnetSsdDetector  # these check settings with a library
    from face_inference.networks.mxnet_ssd_settings import settings_of  # that takes 0.2 s to import

    return MxnetSsdDetector(options.model.prefix, options.score, settings_of(options.model), options.threads)


DETECTORS: dict[str, Callable[[DetectorOptions], Detector]] = {
    "ssd": lambda options: SsdDetector(options.network("ssd-512x288"), options.score),
    "ssd-fast": lambda options: SsdDetector(options.network("ssd-320x192"), options.score),
    "ssd-square": lambda options: SsdDetector(options.network("ssd-512x512"), options.score),
    "tiny": lambda options: TinyDetector(options.network("tiny-416"), options.score),
    "mxnet-ssd": _mxnet_ssd,
    "haar": lambda options: HaarDetector(options.score),
    "dlib": lambda options: DlibHogDetector(options.score),
    "dlib-cnn": lambda options: DlibCnnDetector(options.score),
    "face_recognition": lambda _: FaceRecognitionDetector("face_recognition"),
    "face_recognition-cnn": lambda _: FaceRecognitionDetector("face_recognition-cnn"),
}


def make_detector(
    name: str,
    models_dir: Path,
    score: float,
    backend: str = DEFAULT_BACKEND,
    threads: int = 1,
    model: ModelChoice = NO_MODEL,
) -> Detector:
    """Make a detector, ready for its first image.

    Args:
        name: a key of DETECTORS.
        models_dir: the folder of the converted models.
        score: what is less sure than this is left out; in [0, 1].
        backend: what runs the converted models.
        threads: how many work on one run.
        model: the model of the detector mxnet-ssd.

    Raises:
        ConfigurationError: there is no such detector or backend, or the model is missing or broken.
    """
    check_detector(name)
    return DETECTORS[name](DetectorOptions(models_dir, score, backend, threads, model))


def check_detector(name: str) -> None:
    """Check that a detector exists and that the packages which only it needs are installed, without loading anything.

    Raises:
        ConfigurationError: there is no such detector, or a package is missing.
    """
    if name not in DETECTORS:
        raise ConfigurationError(f"detector: expected one of {', '.join(DETECTORS)}, got {name!r}")
    for package in PACKAGES.get(name, ()):
        find_package(package, name)


def check_score(name: str, score: float) -> None:
    """Check that a detector can leave out what is less sure than a score.

    Raises:
        ConfigurationError: it can't.
    """
    if name == "haar":
        neighbours_at(score)
