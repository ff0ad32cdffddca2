"""Put this machine's paths where the ROS 2 wheels carry those of the machine that built them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from signage_cli.setup.layout import Layout

_PYTHON_INCLUDE = re.compile(r"/opt/python/cp3\d+-cp3\d+/include/python3\.\d+")
_NUMPY_INCLUDE = re.compile(r"/opt/python/cp3\d+-cp3\d+/lib/python3\.\d+/site-packages/numpy/_core/include")
_ASK = "import sysconfig, numpy; print(sysconfig.get_paths()['include']); print(numpy.get_include())"


def correct_paths(layout: Layout, env: Mapping[str, str]) -> int:
    """Rewrite the baked paths in the wheels' CMake files and return how many files changed."""
    answer = subprocess.run([layout.python, "-c", _ASK], capture_output=True, text=True, env=dict(env), check=True)
    python_include, numpy_include = answer.stdout.splitlines()
    files = sorted((layout.venv / "share").rglob("*.cmake"))
    return sum(_rewrite(path, python_include, numpy_include) for path in files)


def _rewrite(path: Path, python_include: str, numpy_include: str) -> bool:
    text = path.read_text()
    changed = corrected(text, python_include, numpy_include)
    if changed != text:
        path.write_text(changed)
    return changed != text


def corrected(text: str, python_include: str, numpy_include: str) -> str:
    """Return the text of a CMake file with both baked paths replaced."""
    text = _PYTHON_INCLUDE.sub(lambda _: python_include, text)
    return _NUMPY_INCLUDE.sub(lambda _: numpy_include, text)
