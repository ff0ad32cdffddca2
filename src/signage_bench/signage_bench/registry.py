"""The benches that exist: each is one module of this package with a function ``measure(options)``."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence

from signage_common.errors import ConfigurationError

from signage_bench.measurement import Measurement, Options

ALL = "all"
BENCHES: Mapping[str, str] = {
    "pipeline": "the whole graph on the demo film, with a real browser",
    "detectors": "the paper's ways to find a face and ours, on the same frames",
    "backends": "every network by MXNet, onnxruntime and OpenCV, at one and two threads",
}


def chosen(name: str) -> Sequence[str]:
    """Return the benches that a word of the command line means.

    Raises:
        ConfigurationError: there is no such bench.
    """
    if name == ALL:
        return list(BENCHES)
    if name not in BENCHES:
        raise ConfigurationError(f"unknown bench {name!r}; expected one of {', '.join([*BENCHES, ALL])}")
    return [name]


def measure(name: str, options: Options) -> Measurement:
    """Run one bench to its end."""
    module = importlib.import_module(f"signage_bench.{name}")
    measurement: Measurement = module.measure(options)
    return measurement
