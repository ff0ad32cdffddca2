"""Command line: makes the MXNet and ONNX models from the face library's npm package, and a manifest of their origin.

``python -m face_models.convert_weights --package node_modules/@vladmandic/face-api --out MODELS [name ...]``
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from face_inference.networks.model_files import MOST_JSON_BYTES, parse_json
from signage_common.errors import ConfigurationError, exit_status_of
from signage_common.files import read_file, written_whole

from face_models.weights.architectures import NETWORKS
from face_models.weights.tfjs_weights import manifest_path, read_weights, shard_paths

FORMAT = 1
MANIFEST = "manifest.json"
WEIGHTS = Path(__file__).with_name("weights")

Digests = dict[str, str]


def main(arguments: Sequence[str] | None = None) -> int:
    """Convert, one line per network on standard output; return the exit status."""
    parsed = _parser().parse_args(arguments)
    names = parsed.names or list(NETWORKS)
    return exit_status_of(lambda: convert(parsed.package, parsed.out, names, lambda line: print(line, flush=True)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m face_models.convert_weights",
        description="Make the MXNet and ONNX models from the weights in the npm package @vladmandic/face-api.",
    )
    parser.add_argument("--package", type=Path, required=True, help="folder of the npm package, with its model/ in it")
    parser.add_argument("--out", type=Path, required=True, help="folder that the models are written to")
    parser.add_argument(
        "names", nargs="*", metavar="name", choices=[[], *NETWORKS], help=f"of {', '.join(NETWORKS)}; all if none"
    )
    return parser


def output_names(name: str) -> tuple[str, str, str]:
    """Return the file names of a network: MXNet's symbol and params, ONNX."""
    return f"{name}-symbol.json", f"{name}-0000.params", f"{name}.onnx"


def convert(package: Path, out: Path, names: Sequence[str], report: Callable[[str], None]) -> None:
    """Convert networks, except those that are there and were made from the same files by the same code.

    Args:
        package: the npm package's folder.
        out: where models and manifest go.
        names: keys of NETWORKS.
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

    network = NETWORKS[name]
    manifest = manifest_path(package / "model", network.model)
    try:
        graph = network.build(read_weights(manifest), network.rows, network.columns)
    except KeyError as error:
        raise ConfigurationError(f"{manifest}: expected a tensor {error}") from error
    outputs = [out / file for file in output_names(name)]
    with contextlib.ExitStack() as files:
        symbol, params, onnx = [files.enter_context(written_whole(path)) for path in outputs]
        save_mxnet(graph, symbol, params)
        save_onnx(graph, onnx)
    entry = {"code": code, "inputs": inputs, "outputs": _digests(outputs)}
    _write_manifest(out, _read_manifest(out) | {name: entry})
    size_mb = sum(path.stat().st_size for path in outputs) / 1e6
    return f"converted, {network.columns}x{network.rows}, {size_mb:.1f} MB"


def _is_current(out: Path, name: str, inputs: Digests, code: str) -> bool:
    """Tell whether a network is there as the manifest says, made from these inputs by this code."""
    entry = _read_manifest(out).get(name)
    if not isinstance(entry, dict):
        return False
    outputs = [out / file for file in output_names(name)]
    if entry.get("inputs") != inputs or entry.get("code") != code or not all(path.is_file() for path in outputs):
        return False
    return bool(entry.get("outputs") == _digests(outputs))


def _inputs(package: Path, name: str) -> list[Path]:
    manifest = manifest_path(package / "model", NETWORKS[name].model)
    return [manifest, *shard_paths(manifest)]


def _digests(paths: Iterable[Path]) -> Digests:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def _code_digest() -> str:
    """Return a digest of the modules that convert, so that a changed converter converts again."""
    digest = hashlib.sha256(str(FORMAT).encode())
    for path in (Path(__file__), *sorted(WEIGHTS.glob("*.py"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _read_manifest(out: Path) -> dict[str, Any]:
    """Read what was made; a manifest that can't be read means nothing was."""
    try:
        networks = parse_json(read_file(out / MANIFEST, MOST_JSON_BYTES))["networks"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return networks if isinstance(networks, dict) else {}


def _write_manifest(out: Path, networks: dict[str, Any]) -> None:
    text = json.dumps({"format": FORMAT, "networks": networks}, indent=1, sort_keys=True) + "\n"
    with written_whole(out / MANIFEST) as path:
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
