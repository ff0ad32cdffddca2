"""The four networks of the face library, layer by layer, and at which sizes each is made.

Weights are named as in the library's files; inputs and outputs are those of a single image.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from face_models.weights.graph import Graph, GraphBuilder, Tensor
from face_models.weights.tfjs_weights import Float32, Weights

SSD_TRAINED_SIZE_PX = 512
SSD_FACE_CLASS = 1
SSD_BATCH_NORM_EPSILON = 0.0010000000474974513
_SSD_MAPS = (32, 16, 8, 4, 2, 1)  # cells along one side of the six maps that see faces, at 512 x 512
_SSD_ANCHORS = (3, 6, 6, 6, 6, 6)  # prior boxes of each cell
_SSD_CLASSES = 3
_SSD_CODES = 4

TINY_MEAN_RGB = (117.001, 114.697, 97.404)
TINY_LEAK = 0.10000000149011612
TINY_ANCHOR_FIELDS = 5

_AGE_GENDER_MAIN_BLOCKS = 2


def build_ssd(weights: Weights, rows: int, columns: int) -> Graph:
    """Build the SSD face detector on MobileNetV1, for the top left part of the square that it was trained on.

    Input: RGB / 127.5 - 1. Output: (prior boxes, 5): the box as codes y, x, height, width relative to its prior, and
    the logit of a face. Constant ``priors_px``: (prior boxes, 4) ymin, xmin, ymax, xmax in pixels of the input.

    Sources: Howard et al., "MobileNets", 2017; Liu et al., "SSD: Single Shot MultiBox Detector", 2016; the weights'
    names are those of TensorFlow's object detection graph.
    """
    builder = GraphBuilder(rows, columns, part_of_larger=True)
    maps = _ssd_feature_maps(builder, weights)
    heads = [_ssd_head(builder, weights, index, x) for index, x in enumerate(maps)]
    output = builder.concat(heads, "boxes_and_logits")
    cells = [(x.shape[1], x.shape[2]) for x in maps]
    priors_px = select_priors(weights["Output/extra_dim"][0], cells) * SSD_TRAINED_SIZE_PX
    return builder.finish(output, priors_px=priors_px)


def select_priors(priors: Float32, cells: list[tuple[int, int]]) -> Float32:
    """Select the SSD's prior boxes of the top left cells of each map.

    Args:
        priors: float32 (5118, 4), of the full square, cell by cell, then anchor by anchor.
        cells: rows and columns of each map that is there.
    """
    parts = []
    for side, anchors, (rows, columns) in zip(_SSD_MAPS, _SSD_ANCHORS, cells, strict=True):
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
    scale: npt.NDArray[np.float64] = gamma / np.sqrt(variance + SSD_BATCH_NORM_EPSILON)
    kernel = hwi1.astype(np.float64) * scale[None, None, :, None]
    return kernel.astype(np.float32), (beta - mean * scale).astype(np.float32)


def interleave_heads(codes: Float32, logits: Float32) -> Float32:
    """Join the last axes (anchors * 4) and (anchors * 3) into (anchors * 5): four codes, the face's logit."""
    anchors = codes.shape[-1] // _SSD_CODES
    codes = codes.reshape(*codes.shape[:-1], anchors, _SSD_CODES)
    logits = logits.reshape(*logits.shape[:-1], anchors, _SSD_CLASSES)[..., SSD_FACE_CLASS : SSD_FACE_CLASS + 1]
    joined = np.concatenate([codes, logits], axis=-1)
    return joined.reshape(*joined.shape[:-2], -1)


def _ssd_feature_maps(builder: GraphBuilder, weights: Weights) -> list[Tensor]:
    """Add the backbone and the further layers; return the six maps that see faces."""
    x = _ssd_pointwise(builder, weights, builder.graph.input, "MobilenetV1", 0, stride=2)
    maps = []
    for index in range(1, 14):
        x = _ssd_depthwise(builder, weights, x, index, stride=2 if index in (2, 4, 6, 12) else 1)
        x = _ssd_pointwise(builder, weights, x, "MobilenetV1", index)
        if index in (11, 13):
            maps.append(x)
    for index in range(8):
        x = _ssd_pointwise(builder, weights, x, "Prediction", index, stride=1 + index % 2)
        if index % 2:
            maps.append(x)
    return maps


def _ssd_pointwise(
    builder: GraphBuilder, weights: Weights, x: Tensor, part: str, index: int, stride: int = 1
) -> Tensor:
    prefix = f"{part}/Conv2d_{index}_pointwise"
    name = f"{part.lower()}_{index}_pointwise"
    x = builder.conv(x, name, weights[f"{prefix}/weights"], weights[f"{prefix}/convolution_bn_offset"], stride)
    return builder.relu(x, maximum=6)


def _ssd_depthwise(builder: GraphBuilder, weights: Weights, x: Tensor, index: int, stride: int) -> Tensor:
    prefix = f"MobilenetV1/Conv2d_{index}_depthwise"
    norm_prefix = f"{prefix}/BatchNorm/"
    norm = {name.removeprefix(norm_prefix): value for name, value in weights.items() if name.startswith(norm_prefix)}
    kernel, bias = fold_batch_norm(weights[f"{prefix}/depthwise_weights"], norm)
    return builder.relu(builder.depthwise(x, f"mobilenetv1_{index}_depthwise", kernel, bias, stride), maximum=6)


def _ssd_head(builder: GraphBuilder, weights: Weights, index: int, x: Tensor) -> Tensor:
    """Add the predictions of one map: box codes and the face's logit in one convolution, the other logits left out."""
    boxes, classes = (f"Prediction/BoxPredictor_{index}/{part}" for part in ("BoxEncodingPredictor", "ClassPredictor"))
    weight = interleave_heads(weights[f"{boxes}/weights"], weights[f"{classes}/weights"])
    bias = interleave_heads(weights[f"{boxes}/biases"], weights[f"{classes}/biases"])
    x = builder.conv(x, f"head_{index}", weight, bias)
    return builder.to_rows(x, f"head_{index}_rows", _SSD_CODES + 1)


def build_tiny(weights: Weights, rows: int, columns: int) -> Graph:
    """Build the tiny face detector, a small relative of Tiny YOLO v2.

    Input: RGB from 0 to 255. Output: (cells * 5 anchors, 5), cell by cell in rows: x, y, width, height, objectness, all
    before their sigmoid or exponential.

    Source: Redmon and Farhadi, "YOLO9000: Better, Faster, Stronger", 2017.
    """
    builder = GraphBuilder(rows, columns)
    kernel, bias = fold_input_scaling(weights["conv0/filters"], weights["conv0/bias"])
    x = builder.relu(builder.conv(builder.graph.input, "conv0", kernel, bias, same=False), slope=TINY_LEAK)
    for index in range(1, 6):
        x = builder.max_pool(x, f"pool{index}", kernel=2, stride=2)
        x = builder.relu(builder.separable(x, weights, f"conv{index}"), slope=TINY_LEAK)
    x = builder.max_pool(x, "pool6", kernel=2, stride=1)
    x = builder.named_conv(x, weights, "conv8")
    return builder.finish(builder.to_rows(x, "anchors", TINY_ANCHOR_FIELDS))


def fold_input_scaling(hwio: Float32, bias: Float32) -> tuple[Float32, Float32]:
    """Fold the tiny detector's (RGB - mean) / 255 into a convolution that pads nothing: its kernel and its bias."""
    kernel = hwio.astype(np.float64) / 255
    folded = bias - np.einsum("hwio,i->o", kernel, np.array(TINY_MEAN_RGB))
    return kernel.astype(np.float32), folded.astype(np.float32)


def build_age_gender(weights: Weights, rows: int, columns: int) -> Graph:
    """Build the age and gender network, a small Xception.

    Input: (RGB - mean) / 255. Output: (3,): age in years, logit of male, logit of female.

    Source: Chollet, "Xception: Deep Learning with Depthwise Separable Convolutions", 2017.
    """
    builder = GraphBuilder(rows, columns)
    x = builder.relu(builder.named_conv(builder.graph.input, weights, "entry_flow/conv_in", stride=2))
    x = _reduction_block(builder, weights, x, "entry_flow/reduction_block_0", activate=False)
    x = _reduction_block(builder, weights, x, "entry_flow/reduction_block_1")
    for index in range(_AGE_GENDER_MAIN_BLOCKS):
        x = _main_block(builder, weights, x, f"middle_flow/main_block_{index}")
    x = _reduction_block(builder, weights, x, "exit_flow/reduction_block")
    x = builder.relu(builder.separable(x, weights, "exit_flow/separable_conv"))
    x = builder.global_average(x, "features")
    weight = np.concatenate([weights["fc/age/weights"], weights["fc/gender/weights"]], axis=1)
    bias = np.concatenate([weights["fc/age/bias"], weights["fc/gender/bias"]])
    return builder.finish(builder.dense(x, "age_and_gender", weight, bias))


def _reduction_block(builder: GraphBuilder, weights: Weights, x: Tensor, prefix: str, activate: bool = True) -> Tensor:
    """Halve the map; the way around takes the input as it is, before its rectifier."""
    name = prefix.replace("/", "_")
    out = builder.separable(builder.relu(x) if activate else x, weights, f"{prefix}/separable_conv0")
    out = builder.separable(builder.relu(out), weights, f"{prefix}/separable_conv1")
    out = builder.max_pool(out, f"{name}_pool", kernel=3, stride=2)
    skip = builder.named_conv(x, weights, f"{prefix}/expansion_conv", stride=2)
    return builder.add(out, skip, f"{name}_sum")


def _main_block(builder: GraphBuilder, weights: Weights, x: Tensor, prefix: str) -> Tensor:
    out = x
    for index in range(3):
        out = builder.separable(builder.relu(out), weights, f"{prefix}/separable_conv{index}")
    return builder.add(out, x, f"{prefix.replace('/', '_')}_sum")


def build_landmarks(weights: Weights, rows: int, columns: int) -> Graph:
    """Build the network of 68 facial landmarks in its tiny form, three densely connected blocks.

    Input: (RGB - mean) / 255. Output: (136,): x and y of each point in turn, from 0 to 1 in the input.

    Source of the idea: Huang et al., "Densely Connected Convolutional Networks", 2017.
    """
    builder = GraphBuilder(rows, columns)
    x = builder.named_conv(builder.graph.input, weights, "dense0/conv0", stride=2)
    x = _rest_of_dense_block(builder, weights, builder.relu(x), 0)
    for index in (1, 2):
        x = builder.separable(x, weights, f"dense{index}/conv0", stride=2)
        x = _rest_of_dense_block(builder, weights, builder.relu(x), index)
    x = builder.global_average(x, "features")
    return builder.finish(builder.dense(x, "points", weights["fc/weights"], weights["fc/bias"]))


def _rest_of_dense_block(builder: GraphBuilder, weights: Weights, out1: Tensor, index: int) -> Tensor:
    """Add the second and third convolution of a block, each of which sees the sum of all before it."""
    out2 = builder.separable(out1, weights, f"dense{index}/conv1")
    sum2 = builder.add(out1, out2, f"dense{index}_sum2")
    out3 = builder.separable(builder.relu(sum2), weights, f"dense{index}/conv2")
    return builder.relu(builder.add(sum2, out3, f"dense{index}_sum3"))


@dataclass(frozen=True)
class ConvertedNetwork:
    """From what one network is made.

    Attributes:
        model: the library's name of the weights.
        build: makes the graph of (weights, rows, columns).
        rows: height of the input in pixels.
        columns: width of the input in pixels.
    """

    model: str
    build: Callable[[Weights, int, int], Graph]
    rows: int
    columns: int


NETWORKS: dict[str, ConvertedNetwork] = {
    "ssd-512x288": ConvertedNetwork("ssd_mobilenetv1_model", build_ssd, 288, 512),
    "ssd-320x192": ConvertedNetwork("ssd_mobilenetv1_model", build_ssd, 192, 320),
    "ssd-512x512": ConvertedNetwork("ssd_mobilenetv1_model", build_ssd, 512, 512),
    "tiny-416": ConvertedNetwork("tiny_face_detector_model", build_tiny, 416, 416),
    "age-gender": ConvertedNetwork("age_gender_model", build_age_gender, 112, 112),
    "landmarks": ConvertedNetwork("face_landmark_68_tiny_model", build_landmarks, 112, 112),
}
