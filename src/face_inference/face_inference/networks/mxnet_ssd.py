"""The detector of any MXNet SSD, such as the face detector of the DeepLens projects.

Its files are PREFIX-symbol.json and PREFIX-NNNN.params, its last layer is the detection output. Two kinds are known by
their outputs:
- MXNet's own example, SageMaker and the DeepLens projects: rows of class, score, x1, y1, x2, y2 (the operator
  MultiBoxDetection), boxes as shares of the input.
- GluonCV: three outputs, classes, scores and boxes, boxes in pixels of the input; perhaps with the scaling of the input
  as its first layers, which then take rows x columns x channels.
In both, a row of class -1 holds nothing.

Source: Liu et al., "SSD: Single Shot MultiBox Detector", 2016.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from signage_common.errors import ConfigurationError
from signage_common.files import read_file
from signage_common.home import expand_user

from face_inference.images import Float32, ImageBgr
from face_inference.networks.detection import Detections, keep_inside
from face_inference.networks.model_files import (
    MOST_JSON_BYTES,
    MOST_PARAMS_BYTES,
    check_input_size,
    is_there,
    one_line,
    parse_json,
    parse_shape,
    return_free_memory,
)
from face_inference.networks.mxnet_library import MxnetError, Predictor, read_params, use_threads
from face_inference.networks.mxnet_ssd_settings import MxnetSsdSettings, read_settings
from face_inference.networks.preprocessing import InputBuffer, scale_table

DEFAULT_SIZE = (300, 300)
NO_LABEL = np.full((1, 1, 5), -1, np.float32)
"""What a label input is given, which a symbol from training has: one object of no class."""

ROWS_KIND = MxnetSsdSettings(mean=(123, 117, 104), scale=1, boxes="normalised")
"""Of MXNet's example and the DeepLens projects."""
GLUON_KIND = MxnetSsdSettings(mean=(123.675, 116.28, 103.53), scale=(1 / 58.395, 1 / 57.12, 1 / 57.375), boxes="pixels")
UNSCALED = MxnetSsdSettings(mean=(0, 0, 0), scale=1)
"""Of a model that scales its input itself."""
FOR_ALL = MxnetSsdSettings(channels="rgb", face_class=0, fit="stretch")

_ROW = 6
_GLUON_WIDTHS = (1, 1, 4)
_TARGETS = "_contrib_MultiBoxTarget"


class MxnetSsdDetector:
    """Finds faces with an MXNet SSD; overlapping boxes are left out by the model itself.

    Attributes:
        score: see Detector.
    """

    def __init__(self, prefix: str, score: float, settings: MxnetSsdSettings | None = None, threads: int = 1) -> None:
        """Load a model.

        Args:
            prefix: the model's files are PREFIX-symbol.json, PREFIX-NNNN.params and perhaps PREFIX.json with settings.
            score: what is less sure than this is left out.
            settings: what counts more than the settings beside the model.
            threads: how many work on one run.

        Raises:
            ConfigurationError: a file is missing or broken, or the model is no SSD.
        """
        files = find_files(prefix)
        given = (settings or MxnetSsdSettings()).over(read_settings(files.settings))
        self._model = MxnetSsdModel(files, (given.height, given.width), threads)
        self._settings = given.over(usual_settings(self._model))
        self.score = score
        mean, scale = self._settings.mean or (0, 0, 0), np.array(self._settings.scale or 1, np.float32)
        table = scale_table(mean, 1) * scale.reshape(-1, 1)
        is_stretched = self._settings.fit == "stretch"
        self._buffer = InputBuffer(*self._model.size_px, table, stretched=is_stretched)

    def detect(self, image_bgr: ImageBgr) -> Detections:
        """Find the faces of an image; see Detector."""
        placement = self._buffer.fill(image_bgr)
        rows = self._model.run(self._arrange(self._buffer.planes))
        rows = rows[self._is_face(rows[:, 0]) & (rows[:, 1] > self.score)]
        rows = rows[np.argsort(-rows[:, 1], kind="stable")]
        return keep_inside(placement.to_image(self._to_pixels(rows[:, 2:])), rows[:, 1].copy(), image_bgr)

    def _arrange(self, planes_rgb: Float32) -> Float32:
        """Return the input in the order of channels and axes that the model takes."""
        planes = planes_rgb[:, ::-1] if self._settings.channels == "bgr" else planes_rgb
        return np.ascontiguousarray(planes if self._model.takes_planes else planes.transpose(0, 2, 3, 1))

    def _is_face(self, classes: Float32) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        wanted = self._settings.face_class
        return classes >= 0 if wanted == -1 else classes == wanted

    def _to_pixels(self, boxes: Float32) -> Float32:
        """Return boxes in pixels of the input."""
        if self._settings.boxes == "pixels":
            return boxes
        height, width = self._model.size_px
        return boxes * np.array([width, height, width, height], np.float32)


def usual_settings(model: MxnetSsdModel) -> MxnetSsdSettings:
    """Return what holds for a model of this kind if nothing is given."""
    usual = FOR_ALL.over(GLUON_KIND if model.is_gluon else ROWS_KIND)
    return usual if model.takes_planes else UNSCALED.over(usual)


@dataclass(frozen=True)
class ModelFiles:
    """A model on disk."""

    symbol: Path
    params: Path
    settings: Path


def find_files(prefix: str) -> ModelFiles:
    """Find a model's files; of several params files that of the last epoch.

    Raises:
        ConfigurationError: they are not there.
    """
    if not prefix:
        raise ConfigurationError("model: expected the PREFIX of PREFIX-symbol.json and PREFIX-0000.params, got nothing")
    base = expand_user(prefix.removesuffix("-symbol.json"))
    symbol = base.with_name(f"{base.name}-symbol.json")
    epochs = sorted(base.parent.glob(f"{_literal(base.name)}-[0-9][0-9][0-9][0-9].params"))
    for path, is_found in ((symbol, is_there(symbol)), (base.with_name(f"{base.name}-0000.params"), bool(epochs))):
        if not is_found:
            raise ConfigurationError(f"model: {path}: no such file; expected an MXNet SSD, symbol and params")
    return ModelFiles(symbol, epochs[-1], base.with_name(f"{base.name}.json"))


def _literal(name: str) -> str:
    """Return a pattern that matches a name only, whatever is in it."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


@dataclass(frozen=True)
class Symbol:
    """What a symbol's JSON tells.

    Attributes:
        variables: names of all that is no operator: inputs and parameters.
        labels: those of them that only training needs.
        outputs: how many there are.
        shape: that of the variable ``data``, if it is kept with the symbol.
    """

    variables: frozenset[str]
    labels: frozenset[str]
    outputs: int
    shape: tuple[int, ...]


def parse_symbol(text: bytes) -> Symbol:
    """Read a symbol's JSON.

    Raises:
        ValueError: it is none.
    """
    try:
        content = parse_json(text)
        nodes: list[dict[str, Any]] = content["nodes"]
        variables = {node["name"]: node.get("attrs", node.get("attr", {})) for node in nodes if node["op"] == "null"}
        fed = {nodes[source[0]]["name"] for node in nodes if node["op"] == _TARGETS for source in node["inputs"]}
        shape = parse_shape(variables.get("data", {}).get("__shape__", "()"))
        labels = frozenset(name for name in fed & set(variables) if name.endswith("label"))
        return Symbol(frozenset(variables), labels, len(content["heads"]), shape)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise ValueError(f"expected an MXNet symbol, {error!r}") from error


def keep_shapes(text: bytes, shapes: Mapping[str, tuple[int, ...]]) -> bytes:
    """Write the parameters' shapes into a symbol's JSON; MXNet's predictor looks at the input's alone."""
    content = json.loads(text)
    key = "attr" if any("attr" in node for node in content["nodes"]) else "attrs"
    for node in content["nodes"]:
        if node["op"] == "null" and node["name"] in shapes:
            node.setdefault(key, {})["__shape__"] = str(shapes[node["name"]])
    return json.dumps(content).encode()


class MxnetSsdModel:
    """A foreign SSD, bound to one input size.

    Attributes:
        size_px: rows and columns of the input.
        takes_planes: whether the input is channels x rows x columns, else rows x columns x channels, unscaled.
        is_gluon: whether it is of GluonCV's kind.
    """

    def __init__(self, files: ModelFiles, size_px: tuple[int | None, int | None], threads: int) -> None:
        """Load a model.

        Args:
            files: where it lies.
            size_px: rows and columns of the input; None: as the symbol says, else 300.
            threads: how many work on one run.

        Raises:
            ConfigurationError: the files are broken, do not fit together, or are no SSD.
        """
        use_threads(threads)
        try:
            text, params = read_file(files.symbol, MOST_JSON_BYTES), read_file(files.params, MOST_PARAMS_BYTES)
            symbol = parse_symbol(text)
            self.size_px: tuple[int, int] = _choose_size(symbol.shape, size_px)
            self._predictor, self.takes_planes = _bind(symbol, text, params, self.size_px)
            self._first, self.is_gluon = find_detections([output.shape for output in self._predictor.outputs])
        except (OSError, ValueError, MxnetError) as error:
            raise ConfigurationError(
                f"model: {files.symbol}: expected an MXNet SSD with {files.params.name}, {one_line(error)}"
            ) from error
        del text, params
        return_free_memory()

    def run(self, images: Float32) -> Float32:
        """Run the network.

        Args:
            images: float32 (1, 3, rows, columns), or (1, rows, columns, 3); contiguous.

        Returns:
            float32 (n, 6): class, score, x1, y1, x2, y2; boxes in the model's own unit.
        """
        self._predictor.run(images)
        outputs = self._predictor.outputs
        if self.is_gluon:
            outputs = [np.concatenate(outputs[self._first : self._first + 3], axis=2)]
        rows: Float32 = outputs[0 if self.is_gluon else self._first][0]
        return rows


def find_detections(shapes: list[tuple[int, ...]]) -> tuple[int, bool]:
    """Return which output holds the detections, and whether they are spread over three, as in GluonCV.

    Raises:
        ValueError: none does.
    """
    for index in reversed(range(len(shapes))):
        if len(shapes[index]) == 3 and shapes[index][2] == _ROW:
            return index, False
    for index in range(len(shapes) - 2):
        three = shapes[index : index + 3]
        if all(len(shape) == 3 for shape in three) and tuple(shape[2] for shape in three) == _GLUON_WIDTHS:
            return index, True
    found = ", ".join("x".join(map(str, shape)) for shape in shapes)
    raise ValueError(f"which gives rows of class, score, x1, y1, x2, y2; this one gives {found}")


def _choose_size(shape: tuple[int, ...], wanted: tuple[int | None, int | None]) -> tuple[int, int]:
    own: tuple[int, ...] = DEFAULT_SIZE
    if len(shape) == 4 and all(shape[1:]):
        own = shape[1:3] if shape[3] == 3 else shape[2:4]
    rows, columns = (size or default for size, default in zip(wanted, own, strict=True))
    check_input_size(rows, columns)
    return rows, columns


def _bind(symbol: Symbol, text: bytes, params: bytes, size_px: tuple[int, int]) -> tuple[Predictor, bool]:
    """Bind the network to images in planes, or, where it refuses these, in pixels; run it once, tell which it is."""
    shapes = {name.partition(":")[2]: shape for name, shape in read_params(params, "nothing:")[0].items()}
    missing = {name for name in symbol.variables - shapes.keys() - {"data"} if not name.endswith("label")}
    if missing:
        raise MxnetError(f"{min(missing)} is missing in it")
    text = keep_shapes(text, shapes)
    refusal = MxnetError("")
    for takes_planes, shape in ((True, (1, 3, *size_px)), (False, (1, *size_px, 3))):
        try:
            fixed = dict.fromkeys(symbol.labels, NO_LABEL)
            predictor = Predictor(text, params, "data", shape, fixed, symbol.outputs)
            predictor.run(np.zeros(shape, np.float32))
        except MxnetError as error:
            refusal = refusal if refusal.args[0] else error
            continue
        return predictor, takes_planes
    raise refusal
