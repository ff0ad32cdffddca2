"""One line of the comparison of the backends."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class BackendRow:
    """A network run by a backend in a process of its own.

    Attributes:
        network: such as ``ssd-512x288``.
        backend: mxnet, onnxruntime or opencv.
        threads: how many work on one run.
        runs: how many were measured.
        ms_p50: of one run, an image in and the network's answer out.
        ms_p95: of one run.
        cpu_ms: processor time of one run, all threads together, on average.
        start_ms: from the start of the process to a network that is ready, Python's own start included.
        rss_mb: the largest resident memory of the process.
    """

    network: str
    backend: str
    threads: int
    runs: int
    ms_p50: float
    ms_p95: float
    cpu_ms: float
    start_ms: float
    rss_mb: float
