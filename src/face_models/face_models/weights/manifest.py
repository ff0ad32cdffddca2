"""Converts networks and keeps the manifest that says from what they were made."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from signage_common.errors import ConfigurationError

from face_models.weights.recipes import RECIPES
from face_models.weights.shards import manifest_path, read_weights, shard_paths

FORMAT = 1
MANIFEST = "manifest.json"

Digests = dict[str, str]


def output_names(name: str) -> tuple[str, str, str]:
    """Return the file names of a network: MXNet's symbol and params, ONNX."""
    return f"{name}-symbol.json", f"{name}-0000.params", f"{name}.onnx"


def convert(package: Path, out: Path, names: Sequence[str], report: Callable[[str], None]) -> None:
    """Convert networks, except those that are there and were made from the same files by the same code.

    Args:
        package: the npm package's folder.
        out: where models and manifest go.
        names: keys of RECIPES.
        report: called with one line for each network.

    Raises:
        ConfigurationError: the package lacks a model or its files are broken.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(f"{out}: expected a folder for the models, {error.strerror}") from error
    code = _code_digest()
    for index, name in enumerate(names, 1):
        inputs = _digests(_inputs(package, name))
        made = "up to date" if _is_current(out, name, inputs, code) else _convert_one(package, out, name, inputs, code)
        report(f"[{index}/{len(names)}] {name}: {made}")


def _convert_one(package: Path, out: Path, name: str, inputs: Digests, code: str) -> str:
    """Convert one network; its files appear complete or not at all, and the manifest names them only then."""
    from face_models.weights.mxnet_model import save_mxnet  # these take seconds, for nothing if all is up to date
    from face_models.weights.onnx_model import save_onnx

    recipe = RECIPES[name]
    manifest = manifest_path(package / "model", recipe.model)
    try:
        graph = recipe.build(read_weights(manifest), recipe.rows, recipe.columns)
    except KeyError as error:
        raise ConfigurationError(f"{manifest}: expected a tensor {error}") from error
    with tempfile.TemporaryDirectory(dir=out, prefix=f".{name}-") as folder:
        made = symbol, params, onnx = [Path(folder) / file for file in output_names(name)]
        save_mxnet(graph, symbol, params)
        save_onnx(graph, onnx)
        entry = {"code": code, "inputs": inputs, "outputs": _digests(made)}
        for path in made:
            path.replace(out / path.name)
    _write_manifest(out, _read_manifest(out) | {name: entry})
    size_mb = sum((out / file).stat().st_size for file in output_names(name)) / 1e6
    return f"converted, {recipe.columns}x{recipe.rows}, {size_mb:.1f} MB"


def _is_current(out: Path, name: str, inputs: Digests, code: str) -> bool:
    """Tell whether a network is there as the manifest says, made from these inputs by this code."""
    entry = _read_manifest(out).get(name, {})
    outputs = [out / file for file in output_names(name)]
    if entry.get("inputs") != inputs or entry.get("code") != code or not all(path.is_file() for path in outputs):
        return False
    return bool(entry.get("outputs") == _digests(outputs))


def _inputs(package: Path, name: str) -> list[Path]:
    manifest = manifest_path(package / "model", RECIPES[name].model)
    return [manifest, *shard_paths(manifest)]


def _digests(paths: Sequence[Path]) -> Digests:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def _code_digest() -> str:
    """Return a digest of the modules that convert, so that a changed converter converts again."""
    digest = hashlib.sha256(str(FORMAT).encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _read_manifest(out: Path) -> dict[str, Any]:
    """Read what was made; a manifest that can't be read means nothing was."""
    try:
        networks = json.loads((out / MANIFEST).read_text(encoding="utf-8"))["networks"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return networks if isinstance(networks, dict) else {}


def _write_manifest(out: Path, networks: dict[str, Any]) -> None:
    text = json.dumps({"format": FORMAT, "networks": networks}, indent=1, sort_keys=True) + "\n"
    with tempfile.TemporaryDirectory(dir=out, prefix=".manifest-") as folder:
        made = Path(folder) / MANIFEST
        made.write_text(text, encoding="utf-8")
        made.replace(out / MANIFEST)
