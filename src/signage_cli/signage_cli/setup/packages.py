"""Install the locked Python packages, every one checked against its hash."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from signage_cli.setup.commands import run
from signage_cli.setup.layout import Layout
from signage_cli.setup.progress import Progress
from signage_cli.setup.ros import RosInstallation

_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)


def lock_file(root: Path, extra: str, python_version: str, ros: RosInstallation | None) -> Path:
    """Return the lock of the running system (``run``), of the checks (``test``), or of another extra."""
    prefix = {"run": "ros"}.get(extra, f"ros{extra}") if ros else extra
    return root / "requirements" / "locked" / f"{prefix}-py{python_version}.txt"


def install_locked(
    layout: Layout, lock: Path, progress: Progress, env: Mapping[str, str], options: Sequence[str] = ()
) -> None:
    """Install every package of a lock, with further options of pip; what is there already stays."""
    total = len(_PINNED.findall(lock.read_text()))
    pip = [layout.python, "-m", "pip", "--disable-pip-version-check", "install", "--no-deps", "--require-hashes"]
    run(
        [*pip, "--progress-bar", "off", *options, "-r", lock],
        layout.log,
        env,
        on_line=pip_counter(total, progress.update),
    )


def pip_counter(total: int, show: Callable[[str], None]) -> Callable[[str], None]:
    """Return what turns pip's lines into ``12 of 173: name``."""
    seen = 0

    def on_line(line: str) -> None:
        nonlocal seen
        if line.startswith(("Collecting ", "Requirement already satisfied: ")):
            seen += 1
            name = line.split(": ")[-1] if ": " in line else line
            show(f"{seen} of {total}: {name.replace('Collecting ', '').split()[0]}")
        elif line.startswith("Installing collected packages"):
            show(f"installing {total} packages")

    return on_line
