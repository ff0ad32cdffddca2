"""What comes from npm: the face library with its weights and photos, and the page's bundle."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from signage_cli.setup.commands import run
from signage_cli.setup.layout import Layout
from signage_cli.setup.progress import Progress

PACKAGE_FILES = ("package.json", "package-lock.json", ".npmrc")


def fetch_face_library(layout: Layout, progress: Progress, env: Mapping[str, str]) -> None:
    """Install the locked face library below the home folder."""
    folder = layout.home / "npm" / "face-api"
    folder.mkdir(parents=True, exist_ok=True)
    for name in PACKAGE_FILES:
        shutil.copyfile(layout.root / "src" / "face_models" / "npm" / name, folder / name)
    _install(folder, layout, progress, env, "--omit=dev")


def build_page(layout: Layout, progress: Progress, env: Mapping[str, str]) -> None:
    """Bundle the sign's page and put it in place of the old one."""
    web = layout.root / "src" / "signage_bridge" / "web"
    _install(web, layout, progress, env)
    partial = layout.home / "page.partial"
    shutil.rmtree(partial, ignore_errors=True)
    run(["npm", "run", "build", "--", partial], layout.log, env, cwd=web, on_line=progress.update)
    replace_folder(partial, layout.home / "page")


def replace_folder(new: Path, old: Path) -> None:
    """Put a finished folder in place of another."""
    aside = old.with_name(f"{old.name}.old")
    shutil.rmtree(aside, ignore_errors=True)
    if old.exists():
        old.rename(aside)
    new.rename(old)
    shutil.rmtree(aside, ignore_errors=True)


def _install(folder: Path, layout: Layout, progress: Progress, env: Mapping[str, str], *options: str) -> None:
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=http", *options]
    run(command, layout.log, env, cwd=folder, on_line=lambda line: progress.update(shortened(line)))


def shortened(line: str) -> str:
    """Return npm's line without addresses: the name of the package that it fetched."""
    return line.split("/")[-1].split()[0] if "http fetch" in line and "/" in line else "installing"
