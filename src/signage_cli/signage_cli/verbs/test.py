"""Run every check: style, types, unit, golden, graph, replay, browser."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from signage_common.entry import run_program
from signage_common.errors import exit_status_of

from signage_cli.setup.products import package_folders
from signage_cli.verbs.arguments import OneLineParser
from signage_cli.verbs.needs import EXTRAS, Needs

WORKERS = 2
"""How many processes run all tests; most tests wait for a node or a browser most of the time."""
SHOWN_SLOWEST = 15
SHOWN_FROM_S = 1.0
HELP = (
    "With pytest arguments only pytest runs, with those; without, style and types are checked first. "
    "Without a browser the browser tests are skipped; SIGNAGE_STRICT=1 makes that a failure. "
    "SIGNAGE_BROWSER names a Chromium or Chrome."
)


@dataclass(frozen=True)
class Check:
    """One program that checks something, and the folder that it runs in."""

    name: str
    command: Sequence[str]
    folder: Path


def main(argv: Sequence[str]) -> int:
    """Run the checks and return 0 if all passed, else 1."""
    arguments = parse(argv).pytest_arguments
    root = Path(os.environ["SIGNAGE_ROOT"])
    checks = [*([] if arguments else static_checks(root)), pytest_check(root, arguments)]
    return exit_status_of(lambda: _run(checks, root), "stopped before the end")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line: all of it is for pytest."""
    if {"-h", "--help"} & set(argv):
        parser = OneLineParser("test", f"{__doc__} {HELP}", "")
        parser.add_argument("pytest_arguments", nargs="*", help="handed to pytest, such as -k presence")
        parser.print_help()
        parser.exit()
    return argparse.Namespace(pytest_arguments=list(argv))


def needs(options: argparse.Namespace) -> Needs:
    """Return what it needs with these arguments."""
    return Needs(browser=True, checks=True, extras=tuple(EXTRAS))


def static_checks(root: Path) -> list[Check]:
    """Return the checks that run no code of ours."""
    python = sys.executable
    typed = [folder.name for folder in package_folders(root) if (folder / folder.name / "py.typed").exists()]
    packages = [word for name in typed for word in ("-p", name)]
    return [
        Check("style", [python, "-m", "ruff", "check", "--quiet", "."], root),
        Check("format", [python, "-m", "ruff", "format", "--check", "--quiet", "."], root),
        Check("types", [python, "-m", "mypy", *packages], root),
        Check("page", ["npm", "run", "--silent", "check"], root / "src" / "signage_bridge" / "web"),
    ]


def pytest_check(root: Path, arguments: Sequence[str]) -> Check:
    """Return the check that runs the tests, all of them side by side, and shows at its end what took longest."""
    slowest = [f"--durations={SHOWN_SLOWEST}", f"--durations-min={SHOWN_FROM_S}"]
    words = arguments or [f"--numprocesses={WORKERS}", "--dist=loadfile"]
    return Check("pytest", [sys.executable, "-m", "pytest", *slowest, *words], root)


def _run(checks: Sequence[Check], root: Path) -> int:
    failed, times = [], []
    for check in checks:
        print(f"== {check.name}: {' '.join(check.command[-3:])}", flush=True)
        started_s = time.monotonic()
        if subprocess.run(check.command, cwd=check.folder, check=False).returncode != 0:
            failed.append(check.name)
        times.append(f"{check.name} {time.monotonic() - started_s:.0f} s")
    notice = root / ".pytest_cache" / "signage-skipped"
    print(f"took: {', '.join(times)}")
    print(f"FAILED: {', '.join(failed)}" if failed else "all checks passed")
    if notice.exists() and notice.read_text():
        print(notice.read_text())
    return 1 if failed else 0


if __name__ == "__main__":
    run_program(lambda: main(sys.argv[1:]))
