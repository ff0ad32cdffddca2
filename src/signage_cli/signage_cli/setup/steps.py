"""The steps of a set-up: which of them are due, and doing those, as many side by side as depend on no other."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from signage_common.errors import ConfigurationError, SignageError

from signage_cli.setup.machine import Layout
from signage_cli.setup.running import Programs, Progress, RunningStep

MEGABYTE = 1_000_000
SIDE_BY_SIDE = 3
"""Steps that run at once: on two cores one of them mostly waits for the network."""
SPARE_MB = 100
_REFRESHED_EVERY_S = 1.0
_CACHES = {"__pycache__", "node_modules", ".pytest_cache", ".mypy_cache", ".ruff_cache"}


@dataclass(frozen=True)
class Step:
    """One thing that the set-up makes.

    Attributes:
        name: short and unique, such as ``page``.
        title: what it makes, in words.
        stamp: file that holds the fingerprint of the inputs it was made from.
        fingerprint: of the inputs as they are now.
        makes: what must exist, or the step is not done whatever its stamp says.
        run: makes it; safe to call again after an interruption.
        needs: names of the steps that must be done before, as far as they are asked for.
        clears: folder that it makes anew, with the stamps of other steps in it; None for none.
        download_mb: megabytes that it downloads, about.
        disk_mb: megabytes that it needs on the disk, about.
    """

    name: str
    title: str
    stamp: Path
    fingerprint: Callable[[], str]
    makes: Sequence[Path]
    run: Callable[[RunningStep], None]
    needs: Sequence[str] = ()
    clears: Path | None = None
    download_mb: int = 0
    disk_mb: int = 0

    def is_done(self) -> bool:
        """Return whether it was made from the inputs as they are now."""
        if not all(map(_exists, self.makes)) or not self.stamp.exists():
            return False
        return self.stamp.read_text() == self.fingerprint()

    def perform(self, log: Path, progress: Progress, programs: Programs) -> None:
        """Make it, and stamp it once it is whole."""
        self.stamp.unlink(missing_ok=True)
        with progress.step(self.title) as line:
            self.run(RunningStep(log, line.show, programs))
            self.stamp.parent.mkdir(parents=True, exist_ok=True)
            self.stamp.write_text(self.fingerprint())


def _exists(path: Path) -> bool:
    """Return whether something is there, also if it leads to where this user may not look."""
    try:
        return path.exists()
    except PermissionError:
        return True


def files_below(*places: Path) -> list[Path]:
    """Return all files of some files and folders, sorted, without caches.

    Caches are not even entered: another step may be replacing one at this moment.
    """
    found: set[Path] = set()
    for place in places:
        if place.is_file():
            found.add(place)
        for folder, inner, names in os.walk(place):
            inner[:] = [name for name in inner if not _is_cache(name)]
            found.update(Path(folder, name) for name in names)
    return sorted(path for path in found if path.is_file())


def _is_cache(name: str) -> bool:
    return name in _CACHES or name.endswith(".egg-info")


def fingerprint(
    contents: Iterable[Path] = (), names: Iterable[Path] = (), words: Iterable[object] = (), root: Path = Path("/")
) -> str:
    """Return a hash of file contents with their names, of names alone, and of further words.

    Names are told as seen from ``root``: clones in different places that are equal have equal hashes.
    """
    digest = hashlib.sha256()
    for path in contents:
        digest.update(os.fsencode(f"file {os.path.relpath(path, root)} "))
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    for path in names:
        digest.update(os.fsencode(f"name {os.path.relpath(path, root)}\n"))
    for word in words:
        digest.update(os.fsencode(f"word {word}\n"))
    return digest.hexdigest()


def ensure(layout: Layout, steps: Sequence[Step], prerequisites: Callable[[], Sequence[Step]] = tuple) -> None:
    """Perform the steps that are not done; of two callers at once, one waits for the other.

    Where nothing is to be done, nothing is written: the installation may be another user's, or on a read-only disk.

    Args:
        layout: the folders of the installation.
        steps: in an order in which what is needed comes before what needs it.
        prerequisites: gives the steps that must come first, if any is to be done at all.

    Raises:
        ConfigurationError: something is to be made where this user may not write.
        SignageError: a step failed; those that ran beside it were ended.
    """
    due = steps_due(steps)
    if not due:
        return
    check_writable(layout, due)
    check_unused(due)
    with ExitStack() as locks:
        for folder, name in ((layout.home, "setup.lock"), (layout.root, ".setup.lock")):
            locks.enter_context(locked(folder / name))
        due = steps_due(steps)  # whoever held the locks may have made them
        if due:
            first = prerequisites()
            check_space(layout, due)
            perform(layout, [*first, *steps], Progress(len(first) + len(due)))


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock file; say so when somebody else holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Waiting for another ./signage that is setting up", file=sys.stderr)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def steps_due(steps: Sequence[Step]) -> list[Step]:
    """Return the steps that are not done, or whose product goes with a folder that another one makes anew."""
    cleared = [step.clears for step in steps if step.clears is not None and not step.is_done()]
    return [step for step in steps if not step.is_done() or any(folder in step.stamp.parents for folder in cleared)]


def check_unused(due: Sequence[Step]) -> None:
    """Refuse to make a folder anew that somebody holds.

    Raises:
        ConfigurationError: the message says which.
    """
    for step in due:
        if step.clears is not None and _is_held(step.clears):
            what = f"{step.title} must be made anew for this Python and ROS 2, but another ./signage runs in it"
            raise ConfigurationError(f"{step.clears}: {what}; end that first")


def hold(folder: Path) -> None:
    """Hold a folder for as long as this process runs, and whatever it becomes: nobody makes it anew meanwhile."""
    descriptor = os.open(folder, os.O_RDONLY)
    with suppress(OSError):  # a file system without locks
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    os.set_inheritable(descriptor, True)


def _is_held(folder: Path) -> bool:
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return False  # it is not there yet
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False  # a file system without locks
    finally:
        os.close(descriptor)
    return False


def check_writable(layout: Layout, due: Sequence[Step]) -> None:
    """Refuse to make anything where this user may not.

    Raises:
        ConfigurationError: the message says what is to be made, and who could.
    """
    for folder, name in ((layout.home, "SIGNAGE_HOME"), (layout.root, "the clone")):
        reason = why_not_writable(folder)
        if reason:
            titles = ", ".join(step.title for step in due)
            raise ConfigurationError(f"{name} {folder}: {reason}; to be made: {titles}; {_advice(folder)}")


def why_not_writable(folder: Path) -> str:
    """Return why files can't be made in a folder, or it itself; empty if they can. It is tried, and leaves nothing."""
    place = next(path for path in (folder, *folder.parents) if os.path.lexists(path))
    try:
        with tempfile.TemporaryDirectory(dir=place, prefix=".signage-"):
            return ""
    except OSError as error:
        return f"{error.strerror}" if place == folder else f"{error.strerror} in {place}"


def _advice(folder: Path) -> str:
    if not folder.is_dir():
        return "SIGNAGE_HOME names the folder that they are made in"
    try:
        owner = folder.owner()
    except KeyError:
        owner = f"user {folder.stat().st_uid}"
    return f"`./signage setup` by {owner} makes them, or another SIGNAGE_HOME"


def check_space(layout: Layout, due: Sequence[Step]) -> None:
    """Say what the steps download and need, and refuse where the disk is too full.

    Raises:
        SignageError: the space does not suffice.
    """
    download_mb = sum(step.download_mb for step in due)
    disk_mb = sum(step.disk_mb for step in due)
    layout.home.mkdir(parents=True, exist_ok=True)
    free_mb = min(shutil.disk_usage(folder).free for folder in (layout.root, layout.home)) // MEGABYTE
    if disk_mb:
        needed = f"about {download_mb} MB to download, {disk_mb} MB on the disk ({free_mb} MB free)"
        print(f"Setting up: {needed}", file=sys.stderr)
    if free_mb < disk_mb + SPARE_MB:
        raise SignageError(f"{layout.root} and {layout.home}: {disk_mb + SPARE_MB} MB needed, {free_mb} MB free")


def perform(layout: Layout, steps: Sequence[Step], progress: Progress) -> None:
    """Perform the steps that are not done, each as soon as what it needs is there, the first ones first.

    The first error ends all programs that other steps run, and so does an interrupt.

    Raises:
        SignageError: of the step that failed.
    """
    programs = Programs()
    waiting = list(steps)
    running: dict[Future[None], Step] = {}
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        try:
            while waiting or running:
                while len(running) < SIDE_BY_SIDE and (step := _next_due(waiting, running.values())):
                    future = pool.submit(step.perform, layout.log(step.name), progress, programs)
                    running[future] = step
                finished, _ = wait(running, timeout=_REFRESHED_EVERY_S, return_when=FIRST_COMPLETED)
                for future in finished:
                    del running[future]
                    future.result()
                progress.refresh()
        except BaseException:
            programs.end_all()
            raise


def _next_due(waiting: list[Step], running: Iterable[Step]) -> Step | None:
    """Take the first step that is due and needs nothing unfinished out of those that wait; None where there is none.

    Whether it is done is looked at only now: a step before it may have undone its work.
    """
    unfinished = {step.name for step in (*waiting, *running)}
    for step in list(waiting):
        if unfinished.isdisjoint(step.needs):
            waiting.remove(step)
            if not step.is_done():
                return step
            unfinished.discard(step.name)
    return None
