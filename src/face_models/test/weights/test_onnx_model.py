"""Layers in ONNX beside the same layers in MXNet, which is held against NumPy in its own test."""

import numpy as np
import onnx
import pytest
from face_inference.networks.backends import MxnetNetwork, OnnxruntimeNetwork, OpencvNetwork
from face_models.weights.graph import GraphBuilder
from face_models.weights.mxnet_model import save_mxnet
from face_models.weights.onnx_model import save_onnx, to_onnx

RNG = np.random.default_rng(6)


def weights(*shape):
    return RNG.normal(size=shape).astype(np.float32)


def convolutions(builder, stride):
    x = builder.conv(builder.graph.input, "first", weights(3, 3, 3, 4), None, stride)
    x = builder.depthwise(x, "second", weights(3, 3, 4, 1), weights(4), stride)
    return builder.conv(x, "third", weights(3, 3, 4, 2), weights(2), stride)


def rectifiers(builder):
    x = builder.relu(builder.graph.input, maximum=6)
    x = builder.add(x, builder.relu(builder.graph.input, slope=0.25), "sum")
    return builder.relu(builder.conv(x, "c", weights(1, 1, 3, 2), None))


def heads(builder):
    x = builder.conv(builder.graph.input, "c", weights(1, 1, 3, 10), weights(10))
    return builder.concat([builder.to_rows(x, "r", 5), builder.to_rows(builder.add(x, x, "s"), "t", 5)], "joined")


def answer(builder):
    mean = builder.global_average(builder.graph.input, "mean")
    return builder.dense(mean, "dense", weights(3, 5), weights(5))


NETWORKS = {
    "convolutions, stride 1": lambda builder: convolutions(builder, 1),
    "convolutions, stride 2": lambda builder: convolutions(builder, 2),
    "maximum 2x2, stride 1": lambda builder: builder.max_pool(builder.graph.input, "p", 2, 1),
    "maximum 2x2, stride 2": lambda builder: builder.max_pool(builder.graph.input, "p", 2, 2),
    "maximum 3x3, stride 2": lambda builder: builder.max_pool(builder.graph.input, "p", 3, 2),
    "rectifiers": rectifiers,
    "heads": heads,
    "answer": answer,
}


@pytest.mark.parametrize(("rows", "columns"), [(12, 8), (13, 11)])
@pytest.mark.parametrize("build", NETWORKS.values(), ids=NETWORKS)
def test_layers_give_the_same_everywhere(tmp_path, build, rows, columns):
    builder = GraphBuilder(rows, columns)
    graph = builder.finish(build(builder))
    save_mxnet(graph, tmp_path / "n-symbol.json", tmp_path / "n-0000.params")
    save_onnx(graph, tmp_path / "n.onnx")
    images = weights(1, 3, rows, columns) * 4
    expected = MxnetNetwork(tmp_path, "n").run(images).copy()
    for network in (OnnxruntimeNetwork(tmp_path, "n"), OpencvNetwork(tmp_path, "n")):
        assert np.allclose(network.run(images), expected, atol=1e-4)


def test_the_model_is_valid_and_as_old_as_its_readers_need():
    builder = GraphBuilder(12, 8)
    model = to_onnx(builder.finish(convolutions(builder, 2)))
    onnx.checker.check_model(model, full_check=True)
    assert (model.ir_version, [opset.version for opset in model.opset_import]) == (7, [13])


def test_an_unfinished_graph_is_refused():
    with pytest.raises(ValueError, match="without output"):
        to_onnx(GraphBuilder(2, 2).graph)
