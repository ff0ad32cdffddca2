"""Command line: makes the MXNet and ONNX models from the face library's npm package.

``python -m face_models.convert_weights --package node_modules/@vladmandic/face-api --out MODELS [name ...]``
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from signage_common.errors import SignageError

from face_models.weights.manifest import convert
from face_models.weights.recipes import RECIPES


def main(arguments: Sequence[str] | None = None) -> int:
    """Convert, one line per network on standard output; return the exit status."""
    parsed = _parser().parse_args(arguments)
    try:
        convert(parsed.package, parsed.out, parsed.names or list(RECIPES), lambda line: print(line, flush=True))
    except SignageError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    except OSError as error:
        print(f"{error.filename or parsed.out}: {error.strerror}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m face_models.convert_weights",
        description="Make the MXNet and ONNX models from the weights in the npm package @vladmandic/face-api.",
    )
    parser.add_argument("--package", type=Path, required=True, help="folder of the npm package, with its model/ in it")
    parser.add_argument("--out", type=Path, required=True, help="folder that the models are written to")
    parser.add_argument(
        "names", nargs="*", metavar="name", choices=[[], *RECIPES], help=f"of {', '.join(RECIPES)}; all if none"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
