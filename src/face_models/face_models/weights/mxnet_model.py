"""Writes a graph as an MXNet model: symbol (JSON) and params."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from face_inference.networks.mxnet_library import import_mxnet

from face_models.weights.graph import Add, Concat, Conv, Dense, Exporter, GlobalAverage, Graph, MaxPool, Relu, ToRows
from face_models.weights.tfjs_weights import Float32

mx = import_mxnet()


def to_mxnet(graph: Graph) -> tuple[Any, dict[str, Any]]:
    """Return the symbol and the arrays of a graph; the arrays' names carry the prefix of an MXNet params file.

    Constants have the prefix ``const:``, which MXNet's own loaders pass over.

    Raises:
        ValueError: the graph has no output.
    """
    exporter = _MxnetExporter()
    symbol = exporter.export(graph, mx.sym.var(graph.input.name, shape=(1, *graph.input.shape)))
    constants = {f"const:{name}": value for name, value in graph.constants.items()}
    return symbol, constants | {f"arg:{name}": value for name, value in exporter.parameters.items()}


def save_mxnet(graph: Graph, symbol_path: Path, params_path: Path) -> None:
    """Write symbol and params of a graph; the same graph gives the same bytes."""
    symbol, params = to_mxnet(graph)
    symbol.save(str(symbol_path))
    mx.nd.save(
        str(params_path), {name: mx.nd.from_numpy(np.ascontiguousarray(value)) for name, value in params.items()}
    )


def extend_kernel(weight: Float32, rows: int, columns: int) -> Float32:
    """Put zero rows and columns before a kernel: the same sums with padding on both sides as without before it."""
    return np.pad(weight, ((0, 0), (0, 0), (rows, 0), (columns, 0)))


class _MxnetExporter(Exporter[Any]):
    """Makes an MXNet symbol of each layer."""

    def _conv(self, layer: Conv, inputs: list[Any]) -> Any:
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
        arguments = {"weight": self._parameter(f"{layer.name}_weight", weight)}
        if layer.bias is not None:
            arguments["bias"] = self._parameter(f"{layer.name}_bias", layer.bias)
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

    def _max_pool(self, layer: MaxPool, inputs: list[Any]) -> Any:
        """Make a maximum; with stride 1 MXNet pads before too, so the first row and column are dropped."""
        top, left, bottom, right = layer.pads
        window = {"kernel": (layer.kernel, layer.kernel), "stride": (layer.stride, layer.stride), "pool_type": "max"}
        if layer.stride == 1 and (top, left) != (bottom, right):
            pooled = mx.sym.Pooling(inputs[0], name=f"{layer.name}_both", pad=(bottom, right), **window)
            begin = (None, None, bottom - top, right - left)
            return mx.sym.slice(pooled, begin=begin, end=(None,) * 4, name=layer.name)
        return mx.sym.Pooling(inputs[0], name=layer.name, pad=(top, left), pooling_convention="full", **window)

    def _relu(self, layer: Relu, inputs: list[Any]) -> Any:
        if layer.maximum is not None:
            return mx.sym.clip(inputs[0], a_min=0, a_max=layer.maximum, name=layer.name)
        if layer.slope:
            return mx.sym.LeakyReLU(inputs[0], act_type="leaky", slope=layer.slope, name=layer.name)
        return mx.sym.Activation(inputs[0], act_type="relu", name=layer.name)

    def _sum(self, layer: Add, inputs: list[Any]) -> Any:
        return mx.sym.elemwise_add(*inputs, name=layer.name)

    def _global_average(self, layer: GlobalAverage, inputs: list[Any]) -> Any:
        pooled = mx.sym.Pooling(inputs[0], global_pool=True, kernel=(1, 1), pool_type="avg", name=f"{layer.name}_map")
        return mx.sym.Flatten(pooled, name=layer.name)

    def _dense(self, layer: Dense, inputs: list[Any]) -> Any:
        weight = self._parameter(f"{layer.name}_weight", layer.weight)
        bias = self._parameter(f"{layer.name}_bias", layer.bias)
        return mx.sym.FullyConnected(inputs[0], weight, bias, num_hidden=layer.weight.shape[0], name=layer.name)

    def _to_rows(self, layer: ToRows, inputs: list[Any]) -> Any:
        last = mx.sym.transpose(inputs[0], axes=(0, 2, 3, 1), name=f"{layer.name}_last")
        return mx.sym.reshape(last, shape=(0, -1, layer.width), name=layer.name)

    def _concat(self, layer: Concat, inputs: list[Any]) -> Any:
        return mx.sym.concat(*inputs, dim=1, name=layer.name)

    def _parameter(self, name: str, value: Float32) -> Any:
        self.parameters[name] = value
        return mx.sym.var(name)
