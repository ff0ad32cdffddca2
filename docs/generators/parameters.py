"""Write docs/parameters.md: the parameters of all nodes, from the dataclasses that define them."""

from __future__ import annotations

import dataclasses
import importlib
from pathlib import Path

from signage_common.params import ParameterSpec, specs

from pages import ROOT, markdown_table, written_by

PAGE = ROOT / "docs" / "parameters.md"
NODES = {
    "camera": "deeplens_camera",
    "face_inference": "face_inference",
    "ad_selector": "ad_selector",
    "signage_bridge": "signage_bridge",
    "journal": "signage_journal",
}
HEAD = """\
# Parameters
`launch/config/signage.yaml` sets those that are worth setting; `params_file:=FILE` takes yours. Many have a launch
argument of their own: `./signage up --show-args` lists them. A value of the wrong type or outside its range ends the
start. Those marked **live** act at once when `ros2 param set` or rqt_reconfigure sets them; the others are read once,
when their node starts."""


def params_class(package: str) -> type:
    """Return the parameter dataclass of a node's package."""
    module = importlib.import_module(f"{package}.params")
    found = [
        value for value in vars(module).values() if isinstance(value, type) and value.__module__ == module.__name__
    ]
    (params,) = [value for value in found if dataclasses.is_dataclass(value)]
    return params


def table(node: str, package: str) -> str:
    """Return the table of one node."""
    rows = [_row(name, *entry) for name, entry in specs(params_class(package)).items()]
    return markdown_table(("parameter", "default", "allowed", "what it is"), rows)


def _row(name: str, default: object, spec: ParameterSpec) -> tuple[str, str, str, str]:
    shown = ", ".join(map(str, default)) if isinstance(default, tuple) else str(default)
    live = " **live**" if spec.is_live else ""
    return f"`{name}`{live}", f"`{shown}`" if shown else "empty", _allowed(spec), spec.description


def _allowed(spec: ParameterSpec) -> str:
    if spec.choices:
        return ", ".join(f"`{choice}`" for choice in spec.choices)
    if spec.minimum is None and spec.maximum is None:
        return ""
    low = "" if spec.minimum is None else f"{spec.minimum:g}"
    return f"{low} to {spec.maximum:g}" if spec.maximum is not None else f"at least {low}"


def pages() -> dict[Path, str]:
    """Return the whole new text of the page."""
    sections = [f"## `{node}` (package `{package}`)\n{table(node, package)}" for node, package in NODES.items()]
    return {PAGE: "\n\n".join([f"{written_by('parameters.py')}\n{HEAD}", *sections]) + "\n"}
