"""A network as a list of layers, free of any framework: what every exporter starts from.

Tensors are NCHW without their batch axis. ``pads`` are top, left, bottom, right, as in ONNX; average and maximum
never count what is padded.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from face_models.weights.shards import Float32

Pads = tuple[int, int, int, int]


@dataclass(frozen=True)
class Tensor:
    """What a layer gives: its name and its shape without the batch axis."""

    name: str
    shape: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Layer:
    """What all layers have: their own name, which is also their output's, and where their inputs come from."""

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
class Rows(Layer):
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
        output: what the network gives.
        constants: arrays that belong to the network but not to a layer, such as prior boxes.
    """

    input: Tensor
    layers: list[Layer] = field(default_factory=list)
    output: Tensor | None = None
    constants: dict[str, Float32] = field(default_factory=dict)
