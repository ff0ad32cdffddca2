"""The one place that imports MXNet, with what must be set before.

One thread, because a node is a process of its own and the cores are shared by all of them; MXNet runs what it is given
in the caller's thread (``NaiveEngine``), because one picture at a time leaves nothing to overlap.
"""

from __future__ import annotations

import os
import warnings
from typing import Any

import numpy as np

_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MXNET_ENGINE_TYPE": "NaiveEngine",
    "MXNET_CPU_WORKER_NTHREADS": "1",
}


def _import_mxnet() -> Any:
    """Import MXNet, which uses what newer NumPy versions have deprecated or no longer have."""
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if "bool" not in vars(np):
            np.bool = bool  # type: ignore[attr-defined, unused-ignore]
        import mxnet
    return mxnet


mx = _import_mxnet()
