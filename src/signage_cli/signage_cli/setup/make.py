"""Make what is missing: one caller at a time, with a word beforehand on what it takes."""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from signage_cli.setup import system_tools
from signage_cli.setup.environment import runtime_env
from signage_cli.setup.errors import SetupError
from signage_cli.setup.interpreter import find_interpreter
from signage_cli.setup.layout import Layout
from signage_cli.setup.progress import Progress
from signage_cli.setup.ros import sourced_ros
from signage_cli.setup.step import MEGABYTE, Step
from signage_cli.setup.steps import Recipe


def recipe_for(layout: Layout) -> Recipe:
    """Return the steps' recipe for this machine and environment.

    Raises:
        SetupError: no Python or no platform that serves.
    """
    ros = sourced_ros(os.environ)
    interpreter, version = find_interpreter(os.environ, ros)
    return Recipe(layout, interpreter, version, ros)


def ensure(recipe: Recipe, steps: Sequence[Step]) -> dict[str, str]:
    """Perform the steps that are not done and return the environment for programs of the system."""
    with ExitStack() as locks:
        locks.enter_context(_locked(recipe.layout.home / "setup.lock"))
        locks.enter_context(_locked(recipe.layout.root / ".setup.lock"))
        _perform(recipe.layout, steps)
    return runtime_env(recipe.layout, recipe.python_version, recipe.ros)


def _perform(layout: Layout, steps: Sequence[Step]) -> None:
    todo = [step for step in steps if not step.is_done()]
    if not todo:
        return
    check_space(layout, todo)
    missing = system_tools.missing_tools(system_tools.BUILD_TOOLS, os.environ)
    progress = Progress(len(todo) + bool(missing))
    if missing:
        with progress.step("System tools"):
            system_tools.install(missing, layout, progress, os.environ)
    for step in steps:  # looked at again: an earlier step may have undone a later one's work
        if not step.is_done():
            step.perform(progress)


def check_space(layout: Layout, todo: Sequence[Step]) -> None:
    """Say what the steps download and need, and refuse where the disk is too full.

    Raises:
        SetupError: the space does not suffice.
    """
    download = sum(step.download_mb for step in todo)
    disk = sum(step.disk_mb for step in todo)
    layout.home.mkdir(parents=True, exist_ok=True)
    free = min(shutil.disk_usage(folder).free for folder in (layout.root, layout.home)) // MEGABYTE
    if disk:
        print(f"Setting up: about {download} MB to download, {disk} MB on the disk ({free} MB free)", file=sys.stderr)
    if free < disk + 100:
        raise SetupError(f"{layout.root} and {layout.home}: {disk + 100} MB needed, {free} MB free")


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a lock file; say so when somebody else holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Waiting for another ./signage that is setting up", file=sys.stderr)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
