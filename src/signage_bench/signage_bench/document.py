"""The JSON document of measurements, and the machine that it names; no host name, no paths."""

from __future__ import annotations

import datetime
import hashlib
import importlib.metadata
import json
import os
import platform
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]  # it has no types
from signage_common.files import written_whole

from signage_bench.measurement import Measurement

GIGABYTE = 1e9


def make_document(machine: Mapping[str, Any], measurements: Sequence[Measurement]) -> dict[str, Any]:
    """Return one document: the machine, the rows of all benches, and what else they carry."""
    extras = {key: value for measurement in measurements for key, value in measurement.extras.items()}
    rows = [dict(row) for measurement in measurements for row in measurement.rows]
    return {"machine": dict(machine), **extras, "results": rows}


def write_document(path: Path, document: Mapping[str, Any]) -> None:
    """Write a document so that the file is either the old or the whole new one.

    Raises:
        ValueError: a value is no JSON, such as NaN.
    """
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    with written_whole(path) as partial:
        partial.write_text(text)


def describe_machine(root: Path, now: datetime.datetime) -> dict[str, Any]:
    """Return what the measured values depend on.

    Args:
        root: the clone of the repository.
        now: the time of the measurement.
    """
    commit = _git(root, "rev-parse", "HEAD")
    return {
        "cpu": cpu_model(Path("/proc/cpuinfo").read_text()),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(psutil.virtual_memory().total / GIGABYTE, 1),
        "os": platform.freedesktop_os_release().get("PRETTY_NAME", "Linux"),
        "kernel": kernel_version(platform.release()),
        "python": platform.python_version(),
        "ros": os.environ.get("ROS_DISTRO", ""),
        "mxnet": _version("mxnet"),
        "commit": commit,
        "uncommitted_changes": None if commit is None else bool(_git(root, "status", "--porcelain", "-uno")),
        "date": now.astimezone(datetime.timezone.utc).isoformat(timespec="seconds"),
    }


def hardware() -> str:
    """Return this machine's processor and cores in a few words, for the title of a chart."""
    return f"{cpu_model(Path('/proc/cpuinfo').read_text())}, {len(os.sched_getaffinity(0))} cores"


def load_average() -> float:
    """Return the machine's load over the last minute: how busy it is before a measurement."""
    return round(os.getloadavg()[0], 2)


def cpu_model(cpuinfo: str) -> str:
    """Return the processor's name from the text of /proc/cpuinfo."""
    names = [line.partition(":")[2].strip() for line in cpuinfo.splitlines() if line.startswith("model name")]
    return names[0] if names else platform.machine()


def kernel_version(release: str) -> str:
    """Return the version in a kernel's release, without what its builder added."""
    match = re.match(r"[\d.]+", release)
    return match[0] if match else release


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's content."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _git(root: Path, *arguments: str) -> str | None:
    try:
        answer = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=False)
    except OSError:
        return None
    return os.fsdecode(answer.stdout).strip() if answer.returncode == 0 else None
