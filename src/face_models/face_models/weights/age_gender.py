"""The age and gender network, a small Xception.

Source: Chollet, "Xception: Deep Learning with Depthwise Separable Convolutions", 2017.
"""

from __future__ import annotations

import numpy as np

from face_models.weights.graph import Graph, Tensor
from face_models.weights.layers import Builder
from face_models.weights.shards import Weights

_MAIN_BLOCKS = 2


def build_age_gender(weights: Weights, rows: int, columns: int) -> Graph:
    """Build the network.

    Input: (RGB - mean) / 255. Output: (3,): age in years, logit of male, logit of female.
    """
    builder = Builder(rows, columns)
    x = builder.relu(builder.named_conv(builder.graph.input, weights, "entry_flow/conv_in", stride=2))
    x = _reduction(builder, weights, x, "entry_flow/reduction_block_0", activate=False)
    x = _reduction(builder, weights, x, "entry_flow/reduction_block_1")
    for index in range(_MAIN_BLOCKS):
        x = _main(builder, weights, x, f"middle_flow/main_block_{index}")
    x = _reduction(builder, weights, x, "exit_flow/reduction_block")
    x = builder.relu(builder.separable(x, weights, "exit_flow/separable_conv"))
    x = builder.global_average(x, "features")
    weight = np.concatenate([weights["fc/age/weights"], weights["fc/gender/weights"]], axis=1)
    bias = np.concatenate([weights["fc/age/bias"], weights["fc/gender/bias"]])
    return builder.finish(builder.dense(x, "age_and_gender", weight, bias))


def _reduction(builder: Builder, weights: Weights, x: Tensor, prefix: str, activate: bool = True) -> Tensor:
    """Halve the map; the way around takes the input as it is, before its rectifier."""
    out = builder.separable(builder.relu(x) if activate else x, weights, f"{prefix}/separable_conv0")
    out = builder.separable(builder.relu(out), weights, f"{prefix}/separable_conv1")
    out = builder.max_pool(out, _name(f"{prefix}/pool"), kernel=3, stride=2)
    skip = builder.named_conv(x, weights, f"{prefix}/expansion_conv", stride=2)
    return builder.add(out, skip, _name(f"{prefix}/sum"))


def _main(builder: Builder, weights: Weights, x: Tensor, prefix: str) -> Tensor:
    out = x
    for index in range(3):
        out = builder.separable(builder.relu(out), weights, f"{prefix}/separable_conv{index}")
    return builder.add(out, x, _name(f"{prefix}/sum"))


def _name(prefix: str) -> str:
    return prefix.replace("/", "_")
