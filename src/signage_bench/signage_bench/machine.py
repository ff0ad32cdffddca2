"""On what was measured: processor, memory, versions, commit; no host name, no paths."""

from __future__ import annotations

import datetime
import hashlib
import importlib.metadata
import os
import platform
import re
import subprocess
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]  # it has no types

GIGABYTE = 1e9


def describe(root: Path, now: datetime.datetime) -> dict[str, Any]:
    """Return what the figures depend on.

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
        answer = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, check=False)
    except OSError:
        return None
    return answer.stdout.strip() if answer.returncode == 0 else None
