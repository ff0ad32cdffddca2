"""The SSD face detector on MobileNetV1, at any size up to its own 512 x 512.

Sources: Howard et al., "MobileNets", 2017; Liu et al., "SSD: Single Shot MultiBox Detector", 2016; the weights' names
are those of TensorFlow's object detection graph.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from face_models.weights.graph import Graph, Tensor
from face_models.weights.layers import Builder
from face_models.weights.shards import Float32, Weights

TRAINED_SIZE_PX = 512
FACE_CLASS = 1
BATCH_NORM_EPSILON = 0.0010000000474974513

_MAPS = (32, 16, 8, 4, 2, 1)  # cells along one side of the six maps that see faces, at 512 x 512
_ANCHORS = (3, 6, 6, 6, 6, 6)  # prior boxes of each cell
_CLASSES = 3
_CODES = 4


def build_ssd(weights: Weights, rows: int, columns: int) -> Graph:
    """Build the detector for an input of rows x columns, the top left part of the square that it was trained on.

    Input: RGB / 127.5 - 1. Output: (prior boxes, 5): the box as codes y, x, height, width relative to its prior, and
    the logit of a face. Constant ``priors_px``: (prior boxes, 4) ymin, xmin, ymax, xmax in pixels of the input.
    """
    builder = Builder(rows, columns, part_of_larger=True)
    maps = _feature_maps(builder, weights)
    heads = [_head(builder, weights, index, x) for index, x in enumerate(maps)]
    output = builder.concat(heads, "boxes_and_logits")
    cells = [(x.shape[1], x.shape[2]) for x in maps]
    return builder.finish(output, priors_px=select_priors(weights["Output/extra_dim"][0], cells) * TRAINED_SIZE_PX)


def select_priors(priors: Float32, cells: list[tuple[int, int]]) -> Float32:
    """Select the prior boxes of the top left cells of each map.

    Args:
        priors: float32 (5118, 4), of the full square, cell by cell, then anchor by anchor.
        cells: rows and columns of each map that is there.
    """
    parts = []
    for side, anchors, (rows, columns) in zip(_MAPS, _ANCHORS, cells, strict=True):
        square, priors = priors[: side * side * anchors], priors[side * side * anchors :]
        parts.append(square.reshape(side, side, anchors, 4)[:rows, :columns].reshape(-1, 4))
    return np.concatenate(parts)


def fold_batch_norm(hwi1: Float32, norm: Weights) -> tuple[Float32, Float32]:
    """Fold a batch norm into the depthwise kernel before it; in double, because some variances are near 4e-36.

    Returns:
        the kernel and the bias.
    """
    gamma, beta, mean, variance = (
        norm[name].astype(np.float64) for name in ("gamma", "beta", "moving_mean", "moving_variance")
    )
    scale: npt.NDArray[np.float64] = gamma / np.sqrt(variance + BATCH_NORM_EPSILON)
    kernel = hwi1.astype(np.float64) * scale[None, None, :, None]
    return kernel.astype(np.float32), (beta - mean * scale).astype(np.float32)


def _feature_maps(builder: Builder, weights: Weights) -> list[Tensor]:
    """Add the backbone and the further layers; return the six maps that see faces."""
    x = _pointwise(builder, weights, builder.graph.input, "MobilenetV1", 0, stride=2)
    maps = []
    for index in range(1, 14):
        x = _depthwise(builder, weights, x, index, stride=2 if index in (2, 4, 6, 12) else 1)
        x = _pointwise(builder, weights, x, "MobilenetV1", index)
        if index in (11, 13):
            maps.append(x)
    for index in range(8):
        x = _pointwise(builder, weights, x, "Prediction", index, stride=1 + index % 2)
        if index % 2:
            maps.append(x)
    return maps


def _pointwise(builder: Builder, weights: Weights, x: Tensor, part: str, index: int, stride: int = 1) -> Tensor:
    prefix = f"{part}/Conv2d_{index}_pointwise"
    name = f"{part.lower()}_{index}_pointwise"
    x = builder.conv(x, name, weights[f"{prefix}/weights"], weights[f"{prefix}/convolution_bn_offset"], stride)
    return builder.relu(x, maximum=6)


def _depthwise(builder: Builder, weights: Weights, x: Tensor, index: int, stride: int) -> Tensor:
    prefix = f"MobilenetV1/Conv2d_{index}_depthwise"
    norm_prefix = f"{prefix}/BatchNorm/"
    norm = {name.removeprefix(norm_prefix): value for name, value in weights.items() if name.startswith(norm_prefix)}
    kernel, bias = fold_batch_norm(weights[f"{prefix}/depthwise_weights"], norm)
    return builder.relu(builder.depthwise(x, f"mobilenetv1_{index}_depthwise", kernel, bias, stride), maximum=6)


def _head(builder: Builder, weights: Weights, index: int, x: Tensor) -> Tensor:
    """Add the predictions of one map: box codes and the face's logit in one convolution, the other logits left out."""
    boxes, classes = (f"Prediction/BoxPredictor_{index}/{part}" for part in ("BoxEncodingPredictor", "ClassPredictor"))
    weight = interleave(weights[f"{boxes}/weights"], weights[f"{classes}/weights"])
    bias = interleave(weights[f"{boxes}/biases"], weights[f"{classes}/biases"])
    return builder.rows(builder.conv(x, f"head_{index}", weight, bias), f"head_{index}_rows", _CODES + 1)


def interleave(codes: Float32, logits: Float32) -> Float32:
    """Join the last axes (anchors * 4) and (anchors * 3) into (anchors * 5): four codes, the face's logit."""
    anchors = codes.shape[-1] // _CODES
    codes = codes.reshape(*codes.shape[:-1], anchors, _CODES)
    logits = logits.reshape(*logits.shape[:-1], anchors, _CLASSES)[..., FACE_CLASS : FACE_CLASS + 1]
    joined = np.concatenate([codes, logits], axis=-1)
    return joined.reshape(*joined.shape[:-2], -1)
