"""`bench pipeline`: the real graph on the demo film, with a real browser page and a second client beside it."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray
from signage_common.home import require

from signage_bench import charts
from signage_bench.clients import require_browser
from signage_bench.document import file_sha256, load_average
from signage_bench.episodes import trace_decisions
from signage_bench.load_metrics import EMPTY, cost_metrics
from signage_bench.measurement import Measurement, Options
from signage_bench.pipeline_recorder import record, record_unwatched
from signage_bench.pipeline_report import latencies_ms, report
from signage_bench.recording import Recording
from signage_bench.ros_observer import quiet_domain
from signage_bench.running_graph import GraphToMeasure

_T = TypeVar("_T")
S_PER_MIN = 60.0
STILL_S = 30.0
WIDTH, HEIGHT, FPS, FRAMES = 1280, 720, 30, 60
NOISE = 3.0  # grey levels, standard deviation
SEED = 5


def measure(options: Options) -> Measurement:
    """Measure the graph for the minutes given.

    Raises:
        ConfigurationError: film, browser or plotting library is missing.
        BenchError: the graph or the page did not come up, or ended too early.
    """
    film, program = require("film", "demo.mp4"), require_browser()
    if options.plot is not None:
        charts.require_matplotlib()
    load_before = load_average()
    with quiet_domain() as domain_id:
        seconds = options.minutes * S_PER_MIN
        graph = GraphToMeasure(options.graph_command, film, domain_id)
        recording, version = _run(record(graph, program, seconds))
        still = record_still_scene(options, domain_id, min(seconds, STILL_S))
    if options.plot is not None:
        charts.plot_shares(options.plot, latencies_ms(trace_decisions(recording)))
    conditions = {"film_sha256": file_sha256(film), "browser": version, "load_before": load_before}
    return report(recording, conditions, cost_metrics(still, EMPTY))


def record_still_scene(options: Options, domain_id: int, seconds: float) -> Recording:
    """Record the graph in front of a still, empty scene."""
    with tempfile.TemporaryDirectory(prefix="signage-bench-") as folder:
        film = Path(folder) / "still.avi"
        write_still_film(film)
        return _run(record_unwatched(GraphToMeasure(options.graph_command, film, domain_id), seconds))


def _run(recording: Coroutine[Any, Any, _T]) -> _T:
    try:
        return asyncio.run(recording)
    except asyncio.CancelledError:  # by SIGINT or SIGTERM
        raise KeyboardInterrupt from None


def write_still_film(path: Path) -> None:
    """Write two seconds in which nothing moves but the noise, as Motion JPEG; a camera plays them again and again."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FPS, (WIDTH, HEIGHT))
    room, rng = empty_room().astype(np.float32), np.random.default_rng(SEED)
    for _ in range(FRAMES):
        noise = rng.standard_normal((HEIGHT, WIDTH, 1), np.float32) * NOISE
        writer.write(np.clip(room + noise, 0, 255).astype(np.uint8))
    writer.release()


def empty_room() -> NDArray[np.uint8]:
    """Return a wall, a floor, a door and a picture: uint8 (720, 1280, 3), BGR."""
    light = np.linspace(150, 110, WIDTH).astype(np.uint8)
    room = np.repeat(np.repeat(light[None, :, None], HEIGHT, axis=0), 3, axis=2)
    room[520:] = (70, 85, 95)
    cv2.rectangle(room, (820, 160), (1010, 520), (60, 80, 110), cv2.FILLED)
    cv2.rectangle(room, (240, 150), (520, 320), (140, 120, 90), cv2.FILLED)
    cv2.rectangle(room, (240, 150), (520, 320), (40, 40, 40), 8)
    return cv2.GaussianBlur(room, (0, 0), 1.5).astype(np.uint8, copy=False)
