"""Adds TensorFlow's layers to a graph: order of axes, 'same' padding and batch norm as TensorFlow means them."""

from __future__ import annotations

import numpy as np

from face_models.weights.graph import (
    Add,
    Concat,
    Conv,
    Dense,
    GlobalAverage,
    Graph,
    Layer,
    MaxPool,
    Pads,
    Relu,
    Rows,
    Tensor,
)
from face_models.weights.shards import Float32, Weights


def same_ends(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """Return how much TensorFlow's 'same' pads before and after an axis."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def same_ends_of_part(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """Return the padding of an axis that is the first part of a longer one, whose size is a power of two.

    The padding before is that of the long axis, so that every cell looks at the same pixels as it did there.
    """
    before = same_ends(2 * stride, kernel, stride)[0]
    return before, max((-(-size // stride) - 1) * stride + kernel - size - before, 0)


class Builder:
    """Adds layers to a graph and follows the shapes of their outputs."""

    def __init__(self, rows: int, columns: int, part_of_larger: bool = False) -> None:
        """Start a graph of a 3 x rows x columns RGB input, perhaps the top left part of a larger square one."""
        self.graph = Graph(Tensor("data", (3, rows, columns)))
        self._ends = same_ends_of_part if part_of_larger else same_ends

    def conv(
        self, x: Tensor, name: str, hwio: Float32, bias: Float32 | None, stride: int = 1, same: bool = True
    ) -> Tensor:
        """Add a convolution; ``hwio`` is TensorFlow's order: rows, columns, in, out."""
        weight = np.ascontiguousarray(hwio.transpose(3, 2, 0, 1))
        return self._conv(x, name, weight, bias, stride, same, 1)

    def depthwise(self, x: Tensor, name: str, hwi1: Float32, bias: Float32 | None = None, stride: int = 1) -> Tensor:
        """Add a convolution of each channel by itself; ``hwi1``: rows, columns, channels, 1."""
        weight = np.ascontiguousarray(hwi1.transpose(2, 3, 0, 1))
        return self._conv(x, name, weight, bias, stride, True, x.shape[0])

    def named_conv(self, x: Tensor, weights: Weights, prefix: str, stride: int = 1) -> Tensor:
        """Add the convolution whose weights are PREFIX/filters and PREFIX/bias."""
        return self.conv(x, prefix.replace("/", "_"), weights[f"{prefix}/filters"], weights[f"{prefix}/bias"], stride)

    def separable(self, x: Tensor, weights: Weights, prefix: str, stride: int = 1) -> Tensor:
        """Add a depthwise convolution without bias and a pointwise one with it.

        Their weights are PREFIX/depthwise_filter, PREFIX/pointwise_filter and PREFIX/bias.
        """
        name = prefix.replace("/", "_")
        x = self.depthwise(x, f"{name}_depthwise", weights[f"{prefix}/depthwise_filter"], stride=stride)
        return self.conv(x, f"{name}_pointwise", weights[f"{prefix}/pointwise_filter"], weights[f"{prefix}/bias"])

    def max_pool(self, x: Tensor, name: str, kernel: int, stride: int) -> Tensor:
        """Add a 'same' maximum over a square window."""
        pads, rows, columns = self._window(x, kernel, kernel, stride, True)
        return self._add(MaxPool(name, (x.name,), kernel, stride, pads), (x.shape[0], rows, columns))

    def relu(self, x: Tensor, slope: float = 0.0, maximum: float | None = None) -> Tensor:
        """Add a rectifier."""
        kind = "relu" if maximum is None else f"relu{maximum:.0f}"
        return self._add(Relu(f"{x.name}_{kind}", (x.name,), slope, maximum), x.shape)

    def add(self, a: Tensor, b: Tensor, name: str) -> Tensor:
        """Add the sum of two tensors."""
        return self._add(Add(name, (a.name, b.name)), a.shape)

    def global_average(self, x: Tensor, name: str) -> Tensor:
        """Add the mean over rows and columns."""
        return self._add(GlobalAverage(name, (x.name,)), (x.shape[0],))

    def dense(self, x: Tensor, name: str, weight: Float32, bias: Float32) -> Tensor:
        """Add a fully connected layer; ``weight`` is TensorFlow's order: in, out."""
        layer = Dense(name, (x.name,), np.ascontiguousarray(weight.T), bias)
        return self._add(layer, (weight.shape[1],))

    def rows(self, x: Tensor, name: str, width: int) -> Tensor:
        """Add the cut of a map into rows of ``width``, in TensorFlow's order: cell by cell, then anchor by anchor."""
        channels, height, columns = x.shape
        return self._add(Rows(name, (x.name,), width), (height * columns * channels // width, width))

    def concat(self, parts: list[Tensor], name: str) -> Tensor:
        """Add the join of tables of rows."""
        shape = (sum(part.shape[0] for part in parts), *parts[0].shape[1:])
        return self._add(Concat(name, tuple(part.name for part in parts)), shape)

    def finish(self, output: Tensor, **constants: Float32) -> Graph:
        """Return the graph that gives ``output``."""
        self.graph.output = output
        self.graph.constants.update(constants)
        return self.graph

    def _conv(
        self, x: Tensor, name: str, weight: Float32, bias: Float32 | None, stride: int, same: bool, groups: int
    ) -> Tensor:
        pads, rows, columns = self._window(x, weight.shape[2], weight.shape[3], stride, same)
        layer = Conv(name, (x.name,), weight, bias, stride, pads, groups)
        return self._add(layer, (weight.shape[0], rows, columns))

    def _window(self, x: Tensor, rows: int, columns: int, stride: int, same: bool) -> tuple[Pads, int, int]:
        """Return the padding of a window, and the rows and columns of what it gives."""
        _, height, width = x.shape
        if not same:
            return (0, 0, 0, 0), (height - rows) // stride + 1, (width - columns) // stride + 1
        top, bottom = self._ends(height, rows, stride)
        left, right = self._ends(width, columns, stride)
        return (top, left, bottom, right), -(-height // stride), -(-width // stride)

    def _add(self, layer: Layer, shape: tuple[int, ...]) -> Tensor:
        self.graph.layers.append(layer)
        return Tensor(layer.name, shape)
