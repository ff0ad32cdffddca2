"""A network as a list of layers, free of any framework: built from TensorFlow's weights, exported to MXNet and ONNX.

TensorFlow's conventions (order of axes, 'same' padding) end in ``GraphBuilder``. Tensors are NCHW without their batch
axis. ``pads`` are top, left, bottom, right, as in ONNX; average and maximum never count what is padded.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from face_models.weights.tfjs_weights import Float32, Weights

Pads = tuple[int, int, int, int]
Exported = TypeVar("Exported")


@dataclass(frozen=True)
class Tensor:
    """The output of a layer: its name and its shape without the batch axis."""

    name: str
    shape: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Layer:
    """What all layers have: a name, which is also their output's, and the names of their inputs."""

    name: str
    inputs: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Conv(Layer):
    """Convolution: weight (out, in / groups, rows, columns), bias (out,) or None."""

    weight: Float32
    bias: Float32 | None
    stride: int
    pads: Pads
    groups: int


@dataclass(frozen=True, eq=False)
class MaxPool(Layer):
    """Maximum over a square window."""

    kernel: int
    stride: int
    pads: Pads


@dataclass(frozen=True, eq=False)
class Relu(Layer):
    """Rectifier: ``slope`` below zero, cut at ``maximum`` if there is one."""

    slope: float = 0.0
    maximum: float | None = None


@dataclass(frozen=True, eq=False)
class Add(Layer):
    """Sum of two tensors of one shape."""


@dataclass(frozen=True, eq=False)
class GlobalAverage(Layer):
    """Mean over rows and columns: (c, h, w) to (c,)."""


@dataclass(frozen=True, eq=False)
class Dense(Layer):
    """Fully connected: weight (out, in), bias (out,)."""

    weight: Float32
    bias: Float32


@dataclass(frozen=True, eq=False)
class ToRows(Layer):
    """Channels to the end, then cut into rows: (k * width, h, w) to (h * w * k, width)."""

    width: int


@dataclass(frozen=True, eq=False)
class Concat(Layer):
    """Join along the first axis after the batch."""


@dataclass
class Graph:
    """A network.

    Attributes:
        input: the image tensor, (3, rows, columns) in RGB.
        layers: in an order in which every input is there before its use.
        output: what the network gives; None while it is being built.
        constants: arrays that belong to the network but not to a layer, such as prior boxes.
    """

    input: Tensor
    layers: list[Layer] = field(default_factory=list)
    output: Tensor | None = None
    constants: dict[str, Float32] = field(default_factory=dict)

    @property
    def finished_output(self) -> Tensor:
        """Return the output.

        Raises:
            ValueError: the graph has none.
        """
        if self.output is None:
            raise ValueError("expected a finished graph, got one without output")
        return self.output


def same_padding(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """Return how much TensorFlow's 'same' pads before and after an axis."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def same_padding_of_part(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """Return the padding of an axis that is the first part of a longer one, whose size is a power of two.

    The padding before is that of the long axis, so that every cell looks at the same pixels as it did there.
    """
    before = same_padding(2 * stride, kernel, stride)[0]
    return before, max((-(-size // stride) - 1) * stride + kernel - size - before, 0)


class GraphBuilder:
    """Adds layers to a graph and follows the shapes of their outputs."""

    def __init__(self, rows: int, columns: int, part_of_larger: bool = False) -> None:
        """Start a graph of a 3 x rows x columns RGB input, perhaps the top left part of a larger square one."""
        self.graph = Graph(Tensor("data", (3, rows, columns)))
        self._padding = same_padding_of_part if part_of_larger else same_padding

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
        """Add a rectifier, named after its input."""
        kind = "relu" if maximum is None else f"relu{maximum:.0f}"
        return self._add(Relu(f"{x.name}_{kind}", (x.name,), slope, maximum), x.shape)

    def add(self, a: Tensor, b: Tensor, name: str) -> Tensor:
        """Add the sum of two tensors of one shape."""
        return self._add(Add(name, (a.name, b.name)), a.shape)

    def global_average(self, x: Tensor, name: str) -> Tensor:
        """Add the mean over rows and columns."""
        return self._add(GlobalAverage(name, (x.name,)), (x.shape[0],))

    def dense(self, x: Tensor, name: str, weight: Float32, bias: Float32) -> Tensor:
        """Add a fully connected layer; ``weight`` is TensorFlow's order: in, out."""
        layer = Dense(name, (x.name,), np.ascontiguousarray(weight.T), bias)
        return self._add(layer, (weight.shape[1],))

    def to_rows(self, x: Tensor, name: str, width: int) -> Tensor:
        """Add the cut of a map into rows of ``width``, in TensorFlow's order: cell by cell, then anchor by anchor."""
        channels, height, columns = x.shape
        return self._add(ToRows(name, (x.name,), width), (height * columns * channels // width, width))

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
        top, bottom = self._padding(height, rows, stride)
        left, right = self._padding(width, columns, stride)
        return (top, left, bottom, right), -(-height // stride), -(-width // stride)

    def _add(self, layer: Layer, shape: tuple[int, ...]) -> Tensor:
        self.graph.layers.append(layer)
        return Tensor(layer.name, shape)


class Exporter(ABC, Generic[Exported]):
    """Turns a graph into a framework's own form, layer by layer; what stands for a tensor there is the framework's.

    Attributes:
        parameters: the arrays of the layers by name, in the order of their use.
    """

    def __init__(self) -> None:
        self.parameters: dict[str, npt.NDArray[np.generic]] = {}
        self._by_kind: dict[type[Layer], Callable[..., Exported]] = {
            Conv: self._conv,
            MaxPool: self._max_pool,
            Relu: self._relu,
            Add: self._sum,
            GlobalAverage: self._global_average,
            Dense: self._dense,
            ToRows: self._to_rows,
            Concat: self._concat,
        }

    def export(self, graph: Graph, image: Exported) -> Exported:
        """Export all layers; return what stands for the graph's output, given what stands for its input.

        Raises:
            ValueError: the graph has no output.
        """
        output = graph.finished_output
        exported = {graph.input.name: image}
        for layer in graph.layers:
            inputs = [exported[name] for name in layer.inputs]
            exported[layer.name] = self._by_kind[type(layer)](layer, inputs)
        return exported[output.name]

    @abstractmethod
    def _conv(self, layer: Conv, inputs: list[Exported]) -> Exported: ...

    @abstractmethod
    def _max_pool(self, layer: MaxPool, inputs: list[Exported]) -> Exported: ...

    @abstractmethod
    def _relu(self, layer: Relu, inputs: list[Exported]) -> Exported: ...

    @abstractmethod
    def _sum(self, layer: Add, inputs: list[Exported]) -> Exported: ...

    @abstractmethod
    def _global_average(self, layer: GlobalAverage, inputs: list[Exported]) -> Exported: ...

    @abstractmethod
    def _dense(self, layer: Dense, inputs: list[Exported]) -> Exported: ...

    @abstractmethod
    def _to_rows(self, layer: ToRows, inputs: list[Exported]) -> Exported: ...

    @abstractmethod
    def _concat(self, layer: Concat, inputs: list[Exported]) -> Exported: ...
