"""Writes a graph as an ONNX model, for every runtime that reads ONNX.

Operator set 13 and version 7 of the format are what OpenCV 4.11 and every later onnxruntime read.
Constants are text properties of the file, which ``networks.onnx_outline`` reads.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from face_inference.networks.onnx_outline import CONSTANT_PREFIX
from onnx import NodeProto, TensorProto, helper, numpy_helper

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
from face_models.weights.shards import Float32

OPERATOR_SET = 13
FORMAT_VERSION = 7
BATCH = "images"

Array = npt.NDArray[np.generic]
Parameters = dict[str, Array]
_Maker = Callable[..., list[NodeProto]]


def to_onnx(graph: Graph) -> onnx.ModelProto:
    """Return the ONNX model of a graph; it takes any number of images at once.

    Raises:
        ValueError: the graph has no output.
    """
    if graph.output is None:
        raise ValueError("expected a finished graph, got one without output")
    parameters: Parameters = {}
    nodes = [node for layer in graph.layers for node in _MAKERS[type(layer)](layer, parameters)]
    tensors = [numpy_helper.from_array(value, name) for name, value in parameters.items()]
    made = helper.make_graph(nodes, "network", [_value(graph.input)], [_value(graph.output)], tensors)
    model = helper.make_model(
        made, opset_imports=[helper.make_opsetid("", OPERATOR_SET)], ir_version=FORMAT_VERSION, producer_name="signage"
    )
    helper.set_model_props(
        model, {f"{CONSTANT_PREFIX}{name}": _encode(value) for name, value in graph.constants.items()}
    )
    onnx.checker.check_model(model, full_check=True)
    return model


def save_onnx(graph: Graph, path: Path) -> None:
    """Write the ONNX model of a graph; the same graph gives the same bytes."""
    path.write_bytes(to_onnx(graph).SerializeToString(deterministic=True))


def _encode(array: Float32) -> str:
    """Return an array as text: its shape, and its bytes in base 64, little-endian."""
    data = base64.b64encode(array.astype("<f4").tobytes()).decode("ascii")
    return json.dumps({"shape": list(array.shape), "data": data})


def _value(tensor: Tensor) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(tensor.name, TensorProto.FLOAT, [BATCH, *tensor.shape])


def _conv(layer: Conv, parameters: Parameters) -> list[NodeProto]:
    inputs = [*layer.inputs, _parameter(f"{layer.name}_weight", layer.weight, parameters)]
    if layer.bias is not None:
        inputs.append(_parameter(f"{layer.name}_bias", layer.bias, parameters))
    window = _window(layer.weight.shape[2:], layer.stride, layer.pads)
    return [helper.make_node("Conv", inputs, [layer.name], layer.name, group=layer.groups, **window)]


def _window(size: tuple[int, ...], stride: int, pads: Pads) -> dict[str, Any]:
    return {"kernel_shape": list(size), "strides": [stride, stride], "pads": list(pads)}


def _max_pool(layer: MaxPool, parameters: Parameters) -> list[NodeProto]:
    window = _window((layer.kernel, layer.kernel), layer.stride, layer.pads)
    return [helper.make_node("MaxPool", layer.inputs, [layer.name], layer.name, **window)]


def _relu(layer: Relu, parameters: Parameters) -> list[NodeProto]:
    if layer.maximum is not None:
        limits = (("minimum", 0.0), ("maximum", layer.maximum))
        names = [_parameter(f"{layer.name}_{end}", np.array(at, np.float32), parameters) for end, at in limits]
        return [helper.make_node("Clip", [*layer.inputs, *names], [layer.name], layer.name)]
    if layer.slope:
        return [helper.make_node("LeakyRelu", layer.inputs, [layer.name], layer.name, alpha=layer.slope)]
    return [helper.make_node("Relu", layer.inputs, [layer.name], layer.name)]


def _add(layer: Add, parameters: Parameters) -> list[NodeProto]:
    return [helper.make_node("Add", layer.inputs, [layer.name], layer.name)]


def _global_average(layer: GlobalAverage, parameters: Parameters) -> list[NodeProto]:
    mean = f"{layer.name}_map"
    return [
        helper.make_node("GlobalAveragePool", layer.inputs, [mean], mean),
        helper.make_node("Flatten", [mean], [layer.name], layer.name),
    ]


def _dense(layer: Dense, parameters: Parameters) -> list[NodeProto]:
    weight = _parameter(f"{layer.name}_weight", layer.weight, parameters)
    bias = _parameter(f"{layer.name}_bias", layer.bias, parameters)
    return [helper.make_node("Gemm", [*layer.inputs, weight, bias], [layer.name], layer.name, transB=1)]


def _rows(layer: Rows, parameters: Parameters) -> list[NodeProto]:
    last = f"{layer.name}_last"
    shape = _parameter(f"{layer.name}_shape", np.array([0, -1, layer.width], np.int64), parameters)
    return [
        helper.make_node("Transpose", layer.inputs, [last], last, perm=[0, 2, 3, 1]),
        helper.make_node("Reshape", [last, shape], [layer.name], layer.name),
    ]


def _concat(layer: Concat, parameters: Parameters) -> list[NodeProto]:
    return [helper.make_node("Concat", layer.inputs, [layer.name], layer.name, axis=1)]


def _parameter(name: str, value: Array, parameters: Parameters) -> str:
    parameters[name] = value
    return name


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
