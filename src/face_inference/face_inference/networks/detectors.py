"""The face detectors by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from signage_common.errors import ConfigurationError

from face_inference.networks.detection import Detector
from face_inference.networks.mxnet_backend import MxnetNetwork
from face_inference.networks.ssd import SsdDetector
from face_inference.networks.tiny import TinyDetector


def _ssd(models_dir: Path, score: float) -> Detector:
    return SsdDetector(MxnetNetwork(models_dir, "ssd-512x288"), score)


def _ssd_fast(models_dir: Path, score: float) -> Detector:
    return SsdDetector(MxnetNetwork(models_dir, "ssd-320x192"), score)


def _ssd_square(models_dir: Path, score: float) -> Detector:
    return SsdDetector(MxnetNetwork(models_dir, "ssd-512x512"), score)


def _tiny(models_dir: Path, score: float) -> Detector:
    return TinyDetector(MxnetNetwork(models_dir, "tiny-416"), score)


DETECTORS: dict[str, Callable[[Path, float], Detector]] = {
    "ssd": _ssd,
    "ssd-fast": _ssd_fast,
    "ssd-square": _ssd_square,
    "tiny": _tiny,
}


def make_detector(name: str, models_dir: Path, score: float) -> Detector:
    """Make a detector, ready for its first image.

    Args:
        name: a key of DETECTORS.
        models_dir: the folder of the converted models.
        score: what is less sure than this is left out; in [0, 1].

    Raises:
        ConfigurationError: there is no such detector, or its model is missing or broken.
    """
    if name not in DETECTORS:
        raise ConfigurationError(f"detector: expected one of {', '.join(DETECTORS)}, got {name!r}")
    return DETECTORS[name](models_dir, score)
