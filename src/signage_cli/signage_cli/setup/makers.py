"""What a product is made by: the modules that a program imports, and the releases of the libraries among them."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from signage_cli.setup.machine import Layout

_DISTRIBUTIONS = {"cv2": "opencv-python-headless", "yaml": "PyYAML", "PIL": "pillow", "google": "protobuf"}
"""What a library is called in a lock, where its modules are called otherwise."""


def modules_behind(root: Path, *modules: str) -> tuple[list[Path], set[str]]:
    """Follow the imports of modules of ours, wherever they stand in the text.

    Args:
        root: the clone of the repository.
        modules: dotted names.

    Returns:
        The files of all modules of ours, these among them, sorted; the first names of all others, without those of
        the standard library.
    """
    waiting, files, others = list(modules), set(), set()
    while waiting:
        name = waiting.pop()
        found = [path for path in _files_of(root, name) if path not in files]
        files.update(found)
        waiting += [imported for path in found for imported in _imports(path)]
        top = name.partition(".")[0]
        if not (root / "src" / top).is_dir():
            others.add(top)
    return sorted(files), others - sys.stdlib_module_names


def _files_of(root: Path, name: str) -> Iterator[Path]:
    """Give a module's file, and those of the packages that it lies in, which run when it is imported."""
    parts = name.split(".")
    base = root / "src" / parts[0]
    for count in range(1, len(parts) + 1):
        inner = base.joinpath(*parts[:count])
        for path in (inner / "__init__.py", inner.with_suffix(".py")):
            if path.is_file():
                yield path


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def releases(locks: Iterable[Path], libraries: Iterable[str]) -> list[str]:
    """Return the lines such as ``numpy==1.23.5`` that locks have about libraries; others come with a sourced ROS 2."""
    wanted = {_same(_DISTRIBUTIONS.get(name, name)) for name in libraries}
    lines = [line for lock in locks for line in re.findall(r"^[\w.-]+==[^\s;\\]+", lock.read_text(), re.MULTILINE)]
    return sorted(line for line in lines if _same(line.partition("==")[0]) in wanted)


def _same(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def made_by(layout: Layout, locks: Iterable[Path], module: str) -> tuple[list[Path], list[str]]:
    """Return the files and the releases of all that runs when a module of ours makes something."""
    files, libraries = modules_behind(layout.root, module)
    return files, releases(locks, libraries)
