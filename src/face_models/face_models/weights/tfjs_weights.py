"""Reads the weights that TensorFlow.js writes: a manifest and the shards that it names.

Source: the format of ``weights_manifest.json`` in the TensorFlow.js converter. The tensors of a group lie one after
another in its shards, which are one stream of bytes however many files they are cut into.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from face_inference.networks.model_files import MOST_PARAMS_BYTES, parse_json
from signage_common.errors import ConfigurationError
from signage_common.files import read_file

Float32 = npt.NDArray[np.float32]
Weights = Mapping[str, Float32]

_STORED: dict[str, np.dtype[Any]] = {
    "uint8": np.dtype("<u1"),
    "uint16": np.dtype("<u2"),
    "int32": np.dtype("<i4"),
    "float32": np.dtype("<f4"),
}


def manifest_path(model_dir: Path, model: str) -> Path:
    """Return where the manifest of a model lies."""
    return model_dir / f"{model}-weights_manifest.json"


def shard_paths(manifest: Path) -> list[Path]:
    """Return the shards that a manifest names, in order."""
    return [manifest.parent / path for group in _read_manifest(manifest) for path in group["paths"]]


def read_weights(manifest: Path) -> dict[str, Float32]:
    """Read all float tensors of a model.

    Quantised tensors are dequantised in double precision. Integer tensors are constants of the TensorFlow graph that
    no layer needs; they are left out.

    Returns:
        tensor by name, in TensorFlow's order of axes.

    Raises:
        ConfigurationError: a file is missing, cut short or not what a manifest describes.
    """
    weights: dict[str, Float32] = {}
    try:
        for group in _read_manifest(manifest):
            data = b"".join(_read(manifest.parent / path) for path in group["paths"])
            weights.update(decode_group(group["weights"], data))
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigurationError(f"{manifest}: expected a TensorFlow.js weights manifest, {error!r}") from error
    return weights


def decode_group(entries: list[dict[str, Any]], data: bytes) -> dict[str, Float32]:
    """Decode the tensors of one group.

    Args:
        entries: ``weights`` of the manifest: name, shape, dtype, perhaps quantization.
        data: the shards of the group, joined.

    Raises:
        ValueError: the bytes are too few or too many.
    """
    decoded: dict[str, Float32] = {}
    offset = 0
    for entry in entries:
        stored = _stored_dtype(entry)
        count = math.prod(entry["shape"])
        if offset + count * stored.itemsize > len(data):
            raise ValueError(f"{entry['name']} ends after the {len(data)} bytes that there are")
        values = np.frombuffer(data, stored, count, offset)
        offset += count * stored.itemsize
        if entry["dtype"] == "float32":
            decoded[entry["name"]] = _dequantise(values, entry.get("quantization")).reshape(entry["shape"])
    if offset != len(data):
        raise ValueError(f"{offset} bytes are described and {len(data)} are there")
    return decoded


def _stored_dtype(entry: dict[str, Any]) -> np.dtype[Any]:
    """Return how the elements of a tensor are stored, which for a quantised one is not its own type."""
    dtype: str = entry.get("quantization", entry)["dtype"]
    return _STORED[dtype]


def _dequantise(values: npt.NDArray[Any], quantization: dict[str, Any] | None) -> Float32:
    """Return stored elements as float32."""
    if quantization is None:
        return values.astype(np.float32)
    return (values * float(quantization["scale"]) + float(quantization["min"])).astype(np.float32)


def _read_manifest(manifest: Path) -> list[dict[str, Any]]:
    """Read the groups of a manifest."""
    try:
        groups = parse_json(_read(manifest))
    except ValueError as error:
        raise ConfigurationError(f"{manifest}: expected JSON, {error}") from error
    if not isinstance(groups, list):
        raise ConfigurationError(f"{manifest}: expected a list of groups, got {type(groups).__name__}")
    return groups


def _read(path: Path) -> bytes:
    """Read a file of the package."""
    try:
        return read_file(path, MOST_PARAMS_BYTES)
    except OSError as error:
        raise ConfigurationError(f"{path}: expected a file of the face library's models, {error.strerror}") from error
