"""Run every check: style, types, unit, golden, graph, replay, browser."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

PACKAGES = (
    *("signage_common", "signage_catalogue", "deeplens_camera", "face_inference", "ad_selector", "signage_bridge"),
    *("face_models", "signage_launch", "signage_demo", "signage_bench", "signage_cli"),
)
HELP = (
    "With pytest arguments only pytest runs, with those; without, style and types are checked first. "
    "Without a browser the browser tests are skipped; SIGNAGE_STRICT=1 makes that a failure. "
    "SIGNAGE_BROWSER names a Chromium or Chrome."
)


def main(argv: Sequence[str]) -> int:
    """Run the checks and return 0 if all passed, else 1."""
    parser = argparse.ArgumentParser(prog="./signage test", description=f"{__doc__} {HELP}")
    parser.add_argument("pytest_arguments", nargs="*", help="handed to pytest, such as -k presence")
    _, arguments = parser.parse_known_args(argv) if {"-h", "--help"} & set(argv) else (None, list(argv))
    root = Path(os.environ["SIGNAGE_ROOT"])
    failed = (
        [] if arguments else [name for name, command, place in static_checks(root) if not _passes(name, command, place)]
    )
    if not _passes("pytest", [sys.executable, "-m", "pytest", *arguments], root):
        failed.append("pytest")
    notice = root / ".pytest_cache" / "signage-skipped"
    print(f"FAILED: {', '.join(failed)}" if failed else "all checks passed")
    if notice.exists() and notice.read_text():
        print(notice.read_text())
    return 1 if failed else 0


def static_checks(root: Path) -> list[tuple[str, list[str], Path]]:
    """Return name, command and folder of each check that runs no code of ours."""
    python = sys.executable
    packages = [word for name in PACKAGES for word in ("-p", name)]
    return [
        ("style", [python, "-m", "ruff", "check", "--quiet", "."], root),
        ("format", [python, "-m", "ruff", "format", "--check", "--quiet", "."], root),
        ("types", [python, "-m", "mypy", *packages], root),
        ("page", ["npm", "run", "--silent", "check"], root / "src" / "signage_bridge" / "web"),
    ]


def _passes(name: str, command: Sequence[str], folder: Path) -> bool:
    print(f"== {name}: {' '.join(command[-3:])}", flush=True)
    return subprocess.run(command, cwd=folder, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
