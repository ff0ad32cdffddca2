"""A step of the set-up: what it makes, from which inputs, and the stamp that says it was done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from signage_cli.setup.progress import Progress

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Step:
    """One thing that the set-up makes.

    Attributes:
        title: what it makes, in words.
        stamp: file that holds the fingerprint of the inputs it was made from.
        fingerprint: of the inputs as they are now.
        makes: what must exist, or the step is not done whatever its stamp says.
        run: makes it; safe to call again after an interruption.
        download_mb: megabytes that it downloads, about.
        disk_mb: megabytes that it needs on the disk, about.
    """

    title: str
    stamp: Path
    fingerprint: Callable[[], str]
    makes: Sequence[Path]
    run: Callable[[Progress], None]
    download_mb: int = 0
    disk_mb: int = 0

    def is_done(self) -> bool:
        """Return whether it was made from the inputs as they are now."""
        if not all(path.exists() for path in self.makes) or not self.stamp.exists():
            return False
        return self.stamp.read_text() == self.fingerprint()

    def perform(self, progress: Progress) -> None:
        """Make it, and stamp it once it is whole."""
        self.stamp.unlink(missing_ok=True)
        with progress.step(self.title):
            self.run(progress)
        self.stamp.parent.mkdir(parents=True, exist_ok=True)
        self.stamp.write_text(self.fingerprint())
