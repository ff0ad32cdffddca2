"""The ways to run a converted network, by name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from signage_common.errors import ConfigurationError

from face_inference.networks.mxnet_backend import MxnetNetwork
from face_inference.networks.network import Network
from face_inference.networks.onnxruntime_backend import OnnxruntimeNetwork
from face_inference.networks.opencv_backend import OpencvNetwork

DEFAULT_BACKEND = "mxnet"


class _Maker(Protocol):
    def __call__(self, models_dir: Path, name: str, images: int = 1, threads: int = 1) -> Network:
        """Load a network."""


BACKENDS: Mapping[str, _Maker] = {
    "mxnet": MxnetNetwork,
    "onnxruntime": OnnxruntimeNetwork,
    "opencv": OpencvNetwork,
}


def make_network(backend: str, models_dir: Path, name: str, threads: int = 1, images: int = 1) -> Network:
    """Load a network, ready for its first image.

    Args:
        backend: what runs it, a key of BACKENDS.
        models_dir: the folder of the converted models.
        name: which of them.
        threads: how many work on one run; in MXNet the first network of a process decides for all,
                in OpenCV the last.
        images: how many images one run takes.

    Raises:
        ConfigurationError: there is no such backend, or it is not installed, or the model is missing or broken.
    """
    if backend not in BACKENDS:
        raise ConfigurationError(f"backend: expected one of {', '.join(BACKENDS)}, got {backend!r}")
    return BACKENDS[backend](models_dir, name, images, threads)
