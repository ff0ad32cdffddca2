"""Say what is installed, what is missing, and which devices are seen."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from signage_common.browser import INSTALL_BROWSER, find_browser
from signage_common.errors import ConfigurationError, SignageError

from signage_cli.setup import system_tools
from signage_cli.setup.machine import Layout, sourced_ros
from signage_cli.setup.products import unlinked_packages
from signage_cli.setup.recipe import Recipe
from signage_cli.setup.steps import MEGABYTE, Step, why_not_writable
from signage_cli.verbs.arguments import OneLineParser

OK, MISSING, NOTE = "ok", "missing", "note"
Finding = tuple[str, str, str]
_DESCRIPTION = "Say what is installed, what is missing, and which devices are seen. Changes nothing."


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line.

    Raises:
        ConfigurationError: there are arguments.
    """
    parser = OneLineParser("doctor", _DESCRIPTION, "")
    parser.add_argument("arguments", nargs="*", help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.arguments:
        raise ConfigurationError(f"doctor takes no arguments, got {options.arguments[0]!r}")
    return options


def run(options: argparse.Namespace, layout: Layout) -> int:
    """Print every finding and return 1 if something that is needed is missing."""
    findings = [*_machine(layout), *_tools(), *_steps(layout), *_devices()]
    for state, name, detail in findings:
        print(f"{state:8}{name:28}{detail}")
    missing = sum(state == MISSING for state, _, _ in findings)
    print(f"{missing} missing; ./signage setup makes them" if missing else "everything is here")
    return 1 if missing else 0


def _machine(layout: Layout) -> Iterator[Finding]:
    free = shutil.disk_usage(layout.root).free // MEGABYTE
    yield OK, "machine", f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {free} MB free"
    yield finding_of_home(layout.home)
    ros = sourced_ros(os.environ)
    yield OK, "ROS 2", f"{ros.distro}, sourced" if ros else "Kilted, from wheels (no ROS 2 Jazzy or Kilted is sourced)"


def finding_of_home(home: Path) -> Finding:
    """Return whether things can be made in the home folder."""
    reason = why_not_writable(home)
    if not reason:
        return OK, "home", str(home)
    if home.is_dir():
        return NOTE, "home", f"{home}: of another user, as long as nothing is to be made there ({reason})"
    return MISSING, "home", f"{home}: {reason}; SIGNAGE_HOME names another folder"


def _tools() -> Iterator[Finding]:
    for tool in system_tools.BUILD_TOOLS:
        absent = system_tools.missing_tools([tool], os.environ)
        hint = f"`apt-get install {tool.package}` installs it"
        yield (MISSING, tool.title, hint) if absent else (OK, tool.title, "on the PATH")
    browser = find_browser(os.environ)
    absent_note = f"none; only the checks and the bench need one; `{INSTALL_BROWSER}` installs it"
    yield (OK, "browser", browser) if browser else (NOTE, "browser", absent_note)


def _steps(layout: Layout) -> Iterator[Finding]:
    try:
        recipe = Recipe.of(layout)
    except SignageError as error:
        yield MISSING, "Python", str(error)
        return
    yield OK, "Python", f"{recipe.python_version}, {recipe.interpreter}"
    for step in recipe.running():
        yield _step(step, layout)
    for step in (recipe.packages("browser"), recipe.packages("test")):
        state, title, detail = _step(step, layout)
        yield (state, title, detail) if state == OK else (NOTE, title, "not made; ./signage test makes it")


def _step(step: Step, layout: Layout) -> Finding:
    try:
        if step.is_done():
            return OK, step.title, "made"
    except OSError as error:  # another user's
        return MISSING, step.title, f"{error.filename}: {error.strerror}"
    foreign = unlinked_packages(layout) if step.name == "workspace" and (layout.root / "install").is_dir() else []
    if foreign:
        return MISSING, step.title, f"not built by ./signage, or for another Python: {', '.join(foreign)}"
    return MISSING, step.title, "not made, or changed since"


def _devices() -> Iterator[Finding]:
    cameras = sorted(Path("/sys/class/video4linux").glob("video*"))
    for camera in cameras:
        name = (camera / "name").read_text(errors="replace").strip()
        readable = os.access(f"/dev/{camera.name}", os.R_OK)
        detail = name if readable else f"{name}: not readable, add yourself to the group video"
        yield (OK if readable else NOTE), f"camera /dev/{camera.name}", detail
    if not cameras:
        yield NOTE, "camera", "none seen; ./signage demo needs none"
    display = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    yield NOTE, "display", display or "none; open the page from another machine through ssh -L"
