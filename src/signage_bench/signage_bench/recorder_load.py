"""What recording costs beside the running demo graph, and whether anything that was heard is missing in the bag."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import struct
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # it has no types
from signage_bags.bag_reader import BagError, open_bag
from signage_common.stamps import NS_PER_S

from signage_bench.load_meter import process_cpu_s
from signage_bench.measurement import BenchError, ShowProgress, wait_until
from signage_bench.recording import Recording
from signage_bench.ros_observer import observing
from signage_bench.running_graph import DEVICE, STOP_S, GraphToMeasure, RunningGraph, running_graph

WARM_UP_S, SAMPLE_S = 10.0, 1.0
_STAMP = struct.Struct("<iI")
_STAMP_AT = 4
"""Where in a FaceArray the stamp is: the header comes first, behind the four bytes of the encapsulation."""


@dataclass(frozen=True)
class RecorderLoad:
    """What recording cost.

    Attributes:
        cores: in use in each second.
        mean_cores: over the whole time.
        heard: messages on ``faces`` that somebody else heard meanwhile.
        missing: how many of them are not in the bag.
        messages: of all topics in the bag.
    """

    cores: list[float]
    mean_cores: float
    heard: int
    missing: int
    messages: int


def measure_recorder(
    graph: GraphToMeasure, record_command: Sequence[str], seconds: float, folder: Path, show: ShowProgress
) -> RecorderLoad:
    """Record the graph on the demo film for some time.

    Args:
        graph: which.
        record_command: the program that records, with the arguments that follow it.
        seconds: how long to measure after the warm-up.
        folder: where the bag goes.
        show: is told how far it is.

    Raises:
        BenchError: something did not start, or ended too early.
    """
    recording, bag = Recording(), folder / "bag"
    with running_graph(graph) as running, observing(recording, DEVICE, "", graph.domain_id):
        wait_until(lambda: recording.frames, "faces", running.check)
        with _recorder([*record_command, "-o", str(bag), "--device", DEVICE], graph.domain_id, folder) as recorder:
            check = _Check(running, recorder, folder / "record.log")
            wait_until(lambda: _has_faces(bag), "faces in the bag", check)
            list(_used_cpu_s(recorder, WARM_UP_S, check, show, 0.0))
            first_ns = time.time_ns()
            used = list(_used_cpu_s(recorder, seconds, check, show, WARM_UP_S))
            last_ns = time.time_ns()
            time.sleep(SAMPLE_S)  # what comes a little later still counts
    stamps, messages = _stamps_of(bag)
    heard = [frame.stamp_ns for frame in recording.frames if first_ns <= frame.stamp_ns < last_ns]
    (began_s, began_cpu_s), (end_s, end_cpu_s) = used[0], used[-1]
    return RecorderLoad(
        cores=[(b_cpu - a_cpu) / (b_s - a_s) for (a_s, a_cpu), (b_s, b_cpu) in itertools.pairwise(used)],
        mean_cores=(end_cpu_s - began_cpu_s) / (end_s - began_s),
        heard=len(heard),
        missing=sum(stamp not in stamps for stamp in heard),
        messages=messages,
    )


class _Check:
    """Raises what ended the graph or the recorder."""

    def __init__(self, graph: RunningGraph, recorder: subprocess.Popen[bytes], output: Path) -> None:
        self._graph, self._recorder, self._output = graph, recorder, output

    def __call__(self) -> None:
        self._graph.check()
        if self._recorder.poll() is not None:
            lines = self._output.read_text(errors="replace").splitlines() or ["it said nothing"]
            raise BenchError(f"the recorder ended with status {self._recorder.returncode}: {lines[-1]}")


@contextmanager
def _recorder(command: Sequence[str], domain_id: int, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a recorder, and end it with SIGINT."""
    env = {**os.environ, "ROS_DOMAIN_ID": str(domain_id), "ROS_AUTOMATIC_DISCOVERY_RANGE": "LOCALHOST"}
    with (folder / "record.log").open("wb") as output:
        process = subprocess.Popen(
            command, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield process
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_S)
    finally:
        process.kill()
        process.wait()


def _used_cpu_s(
    recorder: subprocess.Popen[bytes], seconds: float, check: Callable[[], None], show: ShowProgress, before_s: float
) -> Iterator[tuple[float, float]]:
    """Give once a second the time, and the processor time that the recorder has used since its start."""
    process, began_s = psutil.Process(recorder.pid), time.monotonic()
    while True:
        check()
        now_s = time.monotonic()
        yield now_s, process_cpu_s(process)
        show(before_s + now_s - began_s, "recording" if before_s else "recording, warming up")
        if now_s - began_s >= seconds:
            return
        time.sleep(min(SAMPLE_S, max(seconds - (now_s - began_s), 0.01)))


def _has_faces(path: Path) -> bool:
    try:
        return bool(_stamps_of(path)[0])
    except BagError:
        return False  # it is not there yet, or has nothing so far


def _stamps_of(path: Path) -> tuple[set[int], int]:
    """Return the stamps of a bag's faces, and how many messages it has of all topics."""
    with open_bag(path) as bag:
        found = (_STAMP.unpack_from(message.data, _STAMP_AT) for message in bag.messages([f"/{DEVICE}/faces"]))
        return {seconds * NS_PER_S + rest for seconds, rest in found}, bag.message_count
