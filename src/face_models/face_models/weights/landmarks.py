"""The network of 68 facial landmarks in its tiny form, three densely connected blocks.

Source of the idea: Huang et al., "Densely Connected Convolutional Networks", 2017.
"""

from __future__ import annotations

from face_models.weights.graph import Graph, Tensor
from face_models.weights.layers import Builder
from face_models.weights.shards import Weights


def build_landmarks(weights: Weights, rows: int, columns: int) -> Graph:
    """Build the network.

    Input: (RGB - mean) / 255. Output: (136,): x and y of each point in turn, from 0 to 1 in the input.
    """
    builder = Builder(rows, columns)
    x = builder.named_conv(builder.graph.input, weights, "dense0/conv0", stride=2)
    x = _rest_of_block(builder, weights, builder.relu(x), 0)
    for index in (1, 2):
        x = builder.separable(x, weights, f"dense{index}/conv0", stride=2)
        x = _rest_of_block(builder, weights, builder.relu(x), index)
    x = builder.global_average(x, "features")
    return builder.finish(builder.dense(x, "points", weights["fc/weights"], weights["fc/bias"]))


def _rest_of_block(builder: Builder, weights: Weights, out1: Tensor, index: int) -> Tensor:
    """Add the second and third convolution of a block, each of which sees the sum of all before it."""
    out2 = builder.separable(out1, weights, f"dense{index}/conv1")
    sum2 = builder.add(out1, out2, f"dense{index}_sum2")
    out3 = builder.separable(builder.relu(sum2), weights, f"dense{index}/conv2")
    return builder.relu(builder.add(sum2, out3, f"dense{index}_sum3"))
