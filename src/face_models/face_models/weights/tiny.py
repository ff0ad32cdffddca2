"""The tiny face detector, a small relative of Tiny YOLO v2.

Source: Redmon and Farhadi, "YOLO9000: Better, Faster, Stronger", 2017.
"""

from __future__ import annotations

import numpy as np

from face_models.weights.graph import Graph
from face_models.weights.layers import Builder
from face_models.weights.shards import Float32, Weights

MEAN_RGB = (117.001, 114.697, 97.404)
LEAK = 0.10000000149011612
ANCHOR_FIELDS = 5


def build_tiny(weights: Weights, rows: int, columns: int) -> Graph:
    """Build the detector.

    Input: RGB from 0 to 255. Output: (cells * 5 anchors, 5), cell by cell in rows: x, y, width, height, objectness, all
    before their sigmoid or exponential.
    """
    builder = Builder(rows, columns)
    kernel, bias = fold_input(weights["conv0/filters"], weights["conv0/bias"])
    x = builder.relu(builder.conv(builder.graph.input, "conv0", kernel, bias, same=False), slope=LEAK)
    for index in range(1, 6):
        x = builder.max_pool(x, f"pool{index}", kernel=2, stride=2)
        x = builder.relu(builder.separable(x, weights, f"conv{index}"), slope=LEAK)
    x = builder.max_pool(x, "pool6", kernel=2, stride=1)
    x = builder.named_conv(x, weights, "conv8")
    return builder.finish(builder.rows(x, "anchors", ANCHOR_FIELDS))


def fold_input(hwio: Float32, bias: Float32) -> tuple[Float32, Float32]:
    """Fold (RGB - mean) / 255 into a convolution that pads nothing."""
    kernel = hwio.astype(np.float64) / 255
    folded = bias - np.einsum("hwio,i->o", kernel, np.array(MEAN_RGB))
    return kernel.astype(np.float32), folded.astype(np.float32)
