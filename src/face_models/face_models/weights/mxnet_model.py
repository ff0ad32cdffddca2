"""Writes a graph as an MXNet model: symbol (JSON) and params."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from face_inference.networks.mxnet_library import import_mxnet

from face_models.weights.graph import (
    Add,
    Concat,
    Conv,
    Dense,
    GlobalAverage,
    Graph,
    Layer,
    MaxPool,
    Relu,
    Rows,
)
from face_models.weights.shards import Float32

Params = dict[str, Float32]
mx = import_mxnet()

_Maker = Callable[[Any, list[Any], Params], Any]


def to_mxnet(graph: Graph) -> tuple[Any, Params]:
    """Return the symbol and the arrays of a graph; the arrays' names carry the prefix of an MXNet params file.

    Constants have the prefix ``const:``, which MXNet's own loaders pass over.
    """
    params: Params = {f"const:{name}": value for name, value in graph.constants.items()}
    made = {graph.input.name: mx.sym.var(graph.input.name, shape=(1, *graph.input.shape))}
    for layer in graph.layers:
        made[layer.name] = _MAKERS[type(layer)](layer, [made[name] for name in layer.inputs], params)
    if graph.output is None:
        raise ValueError("expected a finished graph, got one without output")
    return made[graph.output.name], params


def save_mxnet(graph: Graph, symbol_path: Path, params_path: Path) -> None:
    """Write symbol and params of a graph."""
    symbol, params = to_mxnet(graph)
    symbol.save(str(symbol_path))
    mx.nd.save(
        str(params_path), {name: mx.nd.from_numpy(np.ascontiguousarray(value)) for name, value in params.items()}
    )


def extend_kernel(weight: Float32, rows: int, columns: int) -> Float32:
    """Put zero rows and columns before a kernel: the same sums with padding on both sides as without before it."""
    return np.pad(weight, ((0, 0), (0, 0), (rows, 0), (columns, 0)))


def _conv(layer: Conv, inputs: list[Any], params: Params) -> Any:
    """Make a convolution; MXNet pads both sides alike.

    Where less is padded before than after, a depthwise kernel and that of the first layer, which are cheap, are
    extended by zeros; for others the padding is an operator of its own.
    """
    top, left, bottom, right = layer.pads
    weight, data = layer.weight, inputs[0]
    if (top, left) == (bottom, right) or layer.groups > 1 or weight.shape[1] == 3:
        weight, pad = extend_kernel(weight, bottom - top, right - left), (bottom, right)
    else:
        widths = (0, 0, 0, 0, top, bottom, left, right)
        data = mx.sym.pad(data, mode="constant", pad_width=widths, constant_value=0, name=f"{layer.name}_pad")
        pad = (0, 0)
    arguments = {"weight": _parameter(f"{layer.name}_weight", weight, params)}
    if layer.bias is not None:
        arguments["bias"] = _parameter(f"{layer.name}_bias", layer.bias, params)
    return mx.sym.Convolution(
        data,
        **arguments,
        name=layer.name,
        kernel=weight.shape[2:],
        stride=(layer.stride, layer.stride),
        pad=pad,
        num_filter=weight.shape[0],
        num_group=layer.groups,
        no_bias=layer.bias is None,
    )


def _max_pool(layer: MaxPool, inputs: list[Any], params: Params) -> Any:
    """Make a maximum; with stride 1 MXNet pads before too, so the first row and column are dropped."""
    top, left, bottom, right = layer.pads
    window = {"kernel": (layer.kernel, layer.kernel), "stride": (layer.stride, layer.stride), "pool_type": "max"}
    if layer.stride == 1 and (top, left) != (bottom, right):
        pooled = mx.sym.Pooling(inputs[0], name=f"{layer.name}_both", pad=(bottom, right), **window)
        return mx.sym.slice(pooled, begin=(None, None, bottom - top, right - left), end=(None,) * 4, name=layer.name)
    return mx.sym.Pooling(inputs[0], name=layer.name, pad=(top, left), pooling_convention="full", **window)


def _relu(layer: Relu, inputs: list[Any], params: Params) -> Any:
    if layer.maximum is not None:
        return mx.sym.clip(inputs[0], a_min=0, a_max=layer.maximum, name=layer.name)
    if layer.slope:
        return mx.sym.LeakyReLU(inputs[0], act_type="leaky", slope=layer.slope, name=layer.name)
    return mx.sym.Activation(inputs[0], act_type="relu", name=layer.name)


def _add(layer: Add, inputs: list[Any], params: Params) -> Any:
    return mx.sym.elemwise_add(*inputs, name=layer.name)


def _global_average(layer: GlobalAverage, inputs: list[Any], params: Params) -> Any:
    pooled = mx.sym.Pooling(inputs[0], global_pool=True, kernel=(1, 1), pool_type="avg", name=f"{layer.name}_map")
    return mx.sym.Flatten(pooled, name=layer.name)


def _dense(layer: Dense, inputs: list[Any], params: Params) -> Any:
    weight = _parameter(f"{layer.name}_weight", layer.weight, params)
    bias = _parameter(f"{layer.name}_bias", layer.bias, params)
    return mx.sym.FullyConnected(inputs[0], weight, bias, num_hidden=layer.weight.shape[0], name=layer.name)


def _rows(layer: Rows, inputs: list[Any], params: Params) -> Any:
    last = mx.sym.transpose(inputs[0], axes=(0, 2, 3, 1), name=f"{layer.name}_last")
    return mx.sym.reshape(last, shape=(0, -1, layer.width), name=layer.name)


def _concat(layer: Concat, inputs: list[Any], params: Params) -> Any:
    return mx.sym.concat(*inputs, dim=1, name=layer.name)


def _parameter(name: str, value: Float32, params: Params) -> Any:
    params[f"arg:{name}"] = value
    return mx.sym.var(name)


_MAKERS: dict[type[Layer], _Maker] = {
    Conv: _conv,
    MaxPool: _max_pool,
    Relu: _relu,
    Add: _add,
    GlobalAverage: _global_average,
    Dense: _dense,
    Rows: _rows,
    Concat: _concat,
}
