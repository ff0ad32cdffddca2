"""The one place that loads MXNet, with what must be set before.

Running a network needs MXNet's shared library only, through its C predict API: that starts in 0.1 s and takes 110 MB
less than the Python package, which is for making models.

One thread unless more are asked for, because a node is a process of its own and the cores are shared by all of them.
"""

from __future__ import annotations

import ctypes
import functools
import importlib
import importlib.util
import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from signage_common.errors import ConfigurationError

_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "passive",  # else a thread that waits spins, which costs others fifteen times the work
    "OPENBLAS_NUM_THREADS": "1",
    "MXNET_CPU_WORKER_NTHREADS": "1",
    "MXNET_SUBGRAPH_VERBOSE": "0",
}


def use_threads(threads: int) -> None:
    """Choose how many threads work on one run, whatever the environment says; without effect once MXNet is loaded."""
    if not load_library.cache_info().currsize and not import_mxnet.cache_info().currsize:
        os.environ["OMP_NUM_THREADS"] = str(threads)


@functools.cache
def load_library() -> ctypes.CDLL:
    """Load MXNet's shared library.

    Raises:
        ConfigurationError: the package mxnet is not installed, or its library does not load.
    """
    _set_environment()
    spec = importlib.util.find_spec("mxnet")
    if spec is None or spec.origin is None:
        raise ConfigurationError("the Python package mxnet is not installed; `./signage setup` installs it")
    path = Path(spec.origin).parent / "libmxnet.so"
    try:
        library = ctypes.CDLL(str(path))
    except OSError as error:
        raise ConfigurationError(f"{path}: expected MXNet's library, {error}") from error
    library.MXGetLastError.restype = ctypes.c_char_p
    return library


@functools.cache
def import_mxnet() -> Any:
    """Import MXNet's Python package, which uses what newer NumPy versions have deprecated or no longer have."""
    _set_environment()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if "bool" not in vars(np):
            np.bool = bool  # type: ignore[attr-defined, unused-ignore]  # MXNet reads it; some NumPy versions lack it
        if importlib.util.find_spec("distutils") is None:  # Python 3.12 has none, MXNet asks for it
            importlib.import_module("setuptools")  # brings one
        import mxnet
    return mxnet


def _set_environment() -> None:
    """Set what MXNet reads once, unless the user has."""
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
