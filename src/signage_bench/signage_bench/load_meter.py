"""Read processor time and memory of the programs that the launch runner started."""

from __future__ import annotations

import contextlib
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # it has no types

from signage_bench.recording import Load, LoadSample

MEGABYTE = 1e6
LAUNCHER = "launch"
_NODE_NAME = "__node:="
_GONE = (psutil.NoSuchProcess, psutil.AccessDenied)


def node_name(command: Sequence[str]) -> str | None:
    """Return the ROS name that a command line gives its node, or None if it gives none."""
    return next((word.removeprefix(_NODE_NAME) for word in command if word.startswith(_NODE_NAME)), None)


def program_name(command: Sequence[str]) -> str:
    """Return the name of the program, which is the script where an interpreter runs one."""
    programs = [word for word in command if not word.startswith("-")]
    is_script = len(programs) > 1 and Path(programs[0]).name.startswith("python")
    return Path(programs[1 if is_script else 0]).name if programs else "unnamed"


def process_cpu_s(process: psutil.Process) -> float:
    """Return the processor time of a process since its start."""
    times = process.cpu_times()
    return float(times.user + times.system)


def _sum_cpu_s(processes: Iterable[psutil.Process]) -> float:
    total_s = 0.0
    for process in processes:
        with contextlib.suppress(*_GONE):
            total_s += process_cpu_s(process)
    return total_s


class LoadMeter:
    """Sample the launch runner and everything below it.

    A program that died and was started again goes on under the same name: what its first process had used is kept.
    """

    def __init__(self, launcher_pid: int) -> None:
        self._launcher = psutil.Process(launcher_pid)
        self._bench = psutil.Process()
        self._names: dict[tuple[int, float], str] = {}
        self._cpu_s: dict[tuple[int, float], tuple[str, float]] = {}

    def sample(self, with_shares: bool = False) -> LoadSample:
        """Return the loads now.

        Args:
            with_shares: read the proportional share of shared memory too, which takes some milliseconds a process.
        """
        now_ns = time.time_ns()
        rss: defaultdict[str, float] = defaultdict(float)
        pss: defaultdict[str, float] = defaultdict(float)
        for name, process in self._programs():
            try:
                self._record_cpu(name, process)
                rss[name] += process.memory_info().rss / MEGABYTE
                pss[name] += process.memory_full_info().pss / MEGABYTE if with_shares else 0.0
            except _GONE:
                continue
        cpu = self._cpu_by_name()
        loads = {name: Load(cpu[name], rss[name], pss[name] if with_shares else None) for name in cpu}
        return LoadSample(now_ns, loads, self._outside_s())

    def _outside_s(self) -> dict[str, float]:
        """Return the processor time of the bench itself, of the browser below it, and of the whole machine."""
        graph = {pid for pid, _ in self._cpu_s}
        browser = [child for child in self._bench.children(recursive=True) if child.pid not in graph]
        busy = psutil.cpu_times()
        return {
            "bench": process_cpu_s(self._bench),
            "browser": _sum_cpu_s(browser),
            "machine": float(sum(busy) - busy.idle - busy.iowait),
        }

    def _programs(self) -> Iterator[tuple[str, psutil.Process]]:
        """Give the launcher, and all below it: a node under its name, what is below a node under the same."""
        yield LAUNCHER, self._launcher
        for process in self._launcher.children(recursive=True):  # parents come before their children
            try:
                yield self._name(process), process
            except _GONE:
                continue

    def _name(self, process: psutil.Process) -> str:
        """Return the name of a process as its command line tells it now, or told it last.

        One that is just being started has none for a moment, or still its parent's; one that has ended has none.
        """
        key = process.pid, process.create_time()
        command = process.cmdline()
        if command or key not in self._names:
            parent_pid = process.ppid()
            above = [name for (pid, _), name in self._names.items() if pid == parent_pid]
            self._names[key] = node_name(command) or (above[-1] if above else program_name(command))
        return self._names[key]

    def _record_cpu(self, name: str, process: psutil.Process) -> None:
        self._cpu_s[process.pid, process.create_time()] = name, process_cpu_s(process)

    def _cpu_by_name(self) -> dict[str, float]:
        sums: defaultdict[str, float] = defaultdict(float)
        for name, seconds in self._cpu_s.values():
            sums[name] += seconds
        return sums
