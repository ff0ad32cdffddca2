"""The JSON document of a measurement."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from signage_common.errors import ConfigurationError

from signage_bench.measurement import Measurement


def make_document(machine: Mapping[str, Any], measurements: Sequence[Measurement]) -> dict[str, Any]:
    """Return one document: the machine, the rows of all benches, and what else they tell."""
    extras = {key: value for measurement in measurements for key, value in measurement.extras.items()}
    rows = [dict(row) for measurement in measurements for row in measurement.rows]
    return {"machine": dict(machine), **extras, "results": rows}


def check_target(path: Path, option: str) -> None:
    """Check before a measurement that its file can be written afterwards.

    Raises:
        ConfigurationError: it can't.
    """
    if path.is_dir():
        raise ConfigurationError(f"{option}: {path}: expected a file, this is a folder")
    if not path.absolute().parent.is_dir():
        raise ConfigurationError(f"{option}: {path}: its folder does not exist")
    if not os.access(path.absolute().parent, os.W_OK):
        raise ConfigurationError(f"{option}: {path}: its folder can't be written to")


def write_document(path: Path, document: Mapping[str, Any]) -> None:
    """Write a document so that the file is either the old or the whole new one."""
    partial = path.with_name(f"{path.name}.partial")
    partial.write_text(json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n")
    partial.replace(path)
