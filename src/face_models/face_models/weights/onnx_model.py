"""Writes a graph as an ONNX model, for every runtime that reads ONNX.

Operator set 13 and version 7 of the format are what OpenCV 4.11 and every later onnxruntime read.
Constants are text properties of the file, which the node's backends read.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from face_inference.networks.backends import CONSTANT_PREFIX
from onnx import NodeProto, TensorProto, helper, numpy_helper

from face_models.weights.graph import (
    Add,
    Concat,
    Conv,
    Dense,
    Exporter,
    GlobalAverage,
    Graph,
    MaxPool,
    Pads,
    Relu,
    Tensor,
    ToRows,
)
from face_models.weights.tfjs_weights import Float32

OPERATOR_SET = 13
FORMAT_VERSION = 7
BATCH = "images"


def to_onnx(graph: Graph) -> onnx.ModelProto:
    """Return the ONNX model of a graph; it takes any number of images at once.

    Raises:
        ValueError: the graph has no output.
    """
    exporter = _OnnxExporter()
    exporter.export(graph, graph.input.name)
    inputs, outputs = [_value_info(graph.input)], [_value_info(graph.finished_output)]
    arrays = [numpy_helper.from_array(value, name) for name, value in exporter.parameters.items()]
    network = helper.make_graph(exporter.nodes, "network", inputs, outputs, arrays)
    opsets = [helper.make_opsetid("", OPERATOR_SET)]
    model = helper.make_model(network, opset_imports=opsets, ir_version=FORMAT_VERSION, producer_name="signage")
    constants = {f"{CONSTANT_PREFIX}{name}": _encode(value) for name, value in graph.constants.items()}
    helper.set_model_props(model, constants)
    onnx.checker.check_model(model, full_check=True)
    return model


def save_onnx(graph: Graph, path: Path) -> None:
    """Write the ONNX model of a graph; the same graph gives the same bytes."""
    path.write_bytes(to_onnx(graph).SerializeToString(deterministic=True))


def _encode(array: Float32) -> str:
    """Return an array as text: its shape, and its bytes in base 64, little-endian."""
    data = base64.b64encode(array.astype("<f4").tobytes()).decode("ascii")
    return json.dumps({"shape": list(array.shape), "data": data})


def _value_info(tensor: Tensor) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(tensor.name, TensorProto.FLOAT, [BATCH, *tensor.shape])


def _window(size: tuple[int, ...], stride: int, pads: Pads) -> dict[str, Any]:
    return {"kernel_shape": list(size), "strides": [stride, stride], "pads": list(pads)}


class _OnnxExporter(Exporter[str]):
    """Collects the ONNX nodes of the layers; a tensor is known by its name."""

    def __init__(self) -> None:
        super().__init__()
        self.nodes: list[NodeProto] = []

    def _conv(self, layer: Conv, inputs: list[str]) -> str:
        parameters = [self._parameter(f"{layer.name}_weight", layer.weight)]
        if layer.bias is not None:
            parameters.append(self._parameter(f"{layer.name}_bias", layer.bias))
        window = _window(layer.weight.shape[2:], layer.stride, layer.pads)
        return self._node("Conv", [*inputs, *parameters], layer.name, group=layer.groups, **window)

    def _max_pool(self, layer: MaxPool, inputs: list[str]) -> str:
        window = _window((layer.kernel, layer.kernel), layer.stride, layer.pads)
        return self._node("MaxPool", inputs, layer.name, **window)

    def _relu(self, layer: Relu, inputs: list[str]) -> str:
        if layer.maximum is not None:
            limits = (("minimum", 0.0), ("maximum", layer.maximum))
            names = [self._parameter(f"{layer.name}_{end}", np.array(at, np.float32)) for end, at in limits]
            return self._node("Clip", [*inputs, *names], layer.name)
        if layer.slope:
            return self._node("LeakyRelu", inputs, layer.name, alpha=layer.slope)
        return self._node("Relu", inputs, layer.name)

    def _sum(self, layer: Add, inputs: list[str]) -> str:
        return self._node("Add", inputs, layer.name)

    def _global_average(self, layer: GlobalAverage, inputs: list[str]) -> str:
        mean = self._node("GlobalAveragePool", inputs, f"{layer.name}_map")
        return self._node("Flatten", [mean], layer.name)

    def _dense(self, layer: Dense, inputs: list[str]) -> str:
        weight = self._parameter(f"{layer.name}_weight", layer.weight)
        bias = self._parameter(f"{layer.name}_bias", layer.bias)
        return self._node("Gemm", [*inputs, weight, bias], layer.name, transB=1)

    def _to_rows(self, layer: ToRows, inputs: list[str]) -> str:
        shape = self._parameter(f"{layer.name}_shape", np.array([0, -1, layer.width], np.int64))
        last = self._node("Transpose", inputs, f"{layer.name}_last", perm=[0, 2, 3, 1])
        return self._node("Reshape", [last, shape], layer.name)

    def _concat(self, layer: Concat, inputs: list[str]) -> str:
        return self._node("Concat", inputs, layer.name, axis=1)

    def _parameter(self, name: str, value: npt.NDArray[np.generic]) -> str:
        self.parameters[name] = value
        return name

    def _node(self, operator: str, inputs: list[str], name: str, **attributes: Any) -> str:
        """Add a node whose only output has its own name; return that name."""
        self.nodes.append(helper.make_node(operator, inputs, [name], name, **attributes))
        return name
