"""Write the README's table of parameters from the dataclasses that define them.

Run it with the project's environment: ``.venv/bin/python docs/tables/parameters.py``.
"""

from __future__ import annotations

import dataclasses
import importlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from markers import replace_between
from signage_common.params import ParameterSpec, specs

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
NODES = {
    "camera": "deeplens_camera",
    "face_inference": "face_inference",
    "ad_selector": "ad_selector",
    "signage_bridge": "signage_bridge",
}


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
    rows = [row(name, *entry) for name, entry in specs(params_class(package)).items()]
    head = [f"**`{node}`** (`{package}`)", "", "| parameter | default | allowed | what it is |", "|---|---|---|---|"]
    return "\n".join([*head, *rows])


def row(name: str, default: object, spec: ParameterSpec) -> str:
    """Return one parameter's row."""
    shown = ", ".join(map(str, default)) if isinstance(default, tuple) else str(default)
    return f"| `{name}` | {f'`{shown}`' if shown else 'empty'} | {allowed(spec)} | {spec.description} |"


def allowed(spec: ParameterSpec) -> str:
    """Return range or choices in words."""
    if spec.choices:
        return ", ".join(f"`{choice}`" for choice in spec.choices)
    if spec.minimum is None and spec.maximum is None:
        return ""
    low = "" if spec.minimum is None else f"{spec.minimum:g}"
    return f"{low} to {spec.maximum:g}" if spec.maximum is not None else f"at least {low}"


def tables() -> str:
    """Return the tables of all nodes."""
    return "\n\n".join(table(node, package) for node, package in NODES.items())


if __name__ == "__main__":
    README.write_text(replace_between(README.read_text(), "parameters", tables()))
