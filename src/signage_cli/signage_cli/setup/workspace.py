"""Build the colcon workspace."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from signage_cli.setup.commands import run
from signage_cli.setup.environment import save_overlay
from signage_cli.setup.fingerprint import files_below, fingerprint
from signage_cli.setup.layout import Layout
from signage_cli.setup.progress import Progress

MESSAGES = "msg"
PYTHON_PLACES = ("src", "launch")
BUILD_FILES = ("setup.py", "setup.cfg", "package.xml")
DATA_FOLDERS = ("config", "launch")


def workspace_fingerprint(layout: Layout) -> str:
    """Return the hash of what a build depends on; Python modules are linked, so an edit needs no build."""
    found = files_below(*(layout.root / place for place in PYTHON_PLACES))
    read = [path for path in found if path.name in BUILD_FILES]
    read += files_below(layout.root / MESSAGES, layout.root / "colcon.meta")
    names = [path for path in found if path.parent.name in DATA_FOLDERS]
    return fingerprint(read, names)


def package_names(root: Path) -> list[str]:
    """Return the folders of the workspace that hold a package."""
    places = [root / MESSAGES, *(root / place for place in PYTHON_PLACES), *sorted((root / "src").iterdir())]
    return [place.name for place in places if (place / "package.xml").exists()]


def build(layout: Layout, progress: Progress, env: Mapping[str, str]) -> None:
    """Build all packages in place and keep the paths that they add."""
    command = [layout.python, "-m", "colcon", "build", "--symlink-install", "--event-handlers", "console_direct+"]
    cmake = ["--cmake-args", f"-DPython3_EXECUTABLE={layout.python}", "--no-warn-unused-cli"]
    on_line = package_counter(len(package_names(layout.root)), progress.update)
    run([*command, *cmake], layout.log, env, cwd=layout.root, on_line=on_line)
    save_overlay(layout, env)


def package_counter(total: int, show: Callable[[str], None]) -> Callable[[str], None]:
    """Return what turns colcon's lines into ``2 of 7 packages: face_inference``."""
    done = 0

    def on_line(line: str) -> None:
        nonlocal done
        if line.startswith("Finished <<< "):
            done += 1
        name = line.split()[2] if line.startswith(("Starting >>> ", "Finished <<< ")) else ""
        show(f"{done} of {total} packages{': ' + name if name else ''}")

    return on_line
