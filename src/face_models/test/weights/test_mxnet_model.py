"""Layers in MXNet beside the same sums written out with NumPy, with TensorFlow's 'same' padding."""

import numpy as np
import pytest
from face_inference.networks.backends import MxnetNetwork
from face_models.weights.graph import GraphBuilder, same_padding
from face_models.weights.mxnet_model import save_mxnet

RNG = np.random.default_rng(3)


def run(tmp_path, builder, output, x):
    save_mxnet(builder.finish(output), tmp_path / "n-symbol.json", tmp_path / "n-0000.params")
    return MxnetNetwork(tmp_path, "n").run(x[None].astype(np.float32))[0].copy()


def windows(x, kernel, stride, fill):
    """Return the 'same' windows of (c, h, w): (c, rows, columns, kernel, kernel)."""
    ends = [(0, 0), *(same_padding(size, kernel, stride) for size in x.shape[1:])]
    padded = np.pad(x, ends, constant_values=fill)
    return np.lib.stride_tricks.sliding_window_view(padded, (kernel, kernel), axis=(1, 2))[:, ::stride, ::stride]


@pytest.mark.parametrize(("rows", "columns"), [(8, 8), (8, 6), (9, 8), (7, 5)])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("kernel", [1, 3])
def test_convolution(tmp_path, rows, columns, stride, kernel):
    """Twice: the first layer extends its kernel, the second pads by an operator."""
    x = RNG.normal(size=(3, rows, columns)).astype(np.float32)
    first = RNG.normal(size=(kernel, kernel, 3, 4)).astype(np.float32)
    second = RNG.normal(size=(kernel, kernel, 4, 2)).astype(np.float32)
    bias = RNG.normal(size=2).astype(np.float32)
    builder = GraphBuilder(rows, columns)
    middle = builder.conv(builder.graph.input, "first", first, None, stride)
    ours = run(tmp_path, builder, builder.conv(middle, "second", second, bias, stride), x)
    sums = np.einsum("cyxij,ijco->oyx", windows(x, kernel, stride, 0), first)
    sums = np.einsum("cyxij,ijco->oyx", windows(sums, kernel, stride, 0), second) + bias[:, None, None]
    assert np.allclose(ours, sums, atol=1e-4)


@pytest.mark.parametrize(("rows", "columns", "stride"), [(8, 6, 2), (9, 7, 2), (8, 7, 2), (5, 5, 1)])
def test_depthwise_convolution(tmp_path, rows, columns, stride):
    x = RNG.normal(size=(3, rows, columns)).astype(np.float32)
    hwi1 = RNG.normal(size=(3, 3, 3, 1)).astype(np.float32)
    builder = GraphBuilder(rows, columns)
    ours = run(tmp_path, builder, builder.depthwise(builder.graph.input, "d", hwi1, stride=stride), x)
    assert np.allclose(ours, np.einsum("cyxij,ijco->cyx", windows(x, 3, stride, 0), hwi1), atol=1e-5)


@pytest.mark.parametrize(
    ("rows", "columns", "kernel", "stride"),
    [(13, 13, 2, 1), (13, 11, 2, 2), (12, 12, 2, 2), (12, 8, 3, 2), (7, 7, 3, 2)],
)
def test_max_pool(tmp_path, rows, columns, kernel, stride):
    x = RNG.normal(size=(3, rows, columns)).astype(np.float32) - 10  # padding with zeros would win
    builder = GraphBuilder(rows, columns)
    ours = run(tmp_path, builder, builder.max_pool(builder.graph.input, "p", kernel, stride), x)
    assert np.array_equal(ours, windows(x, kernel, stride, -np.inf).max(axis=(3, 4)))


def test_a_part_of_a_larger_map_gives_what_the_larger_one_gives_there(tmp_path):
    """Where nothing of the rest is seen, the cells of the part equal those of the whole."""
    x = RNG.normal(size=(3, 16, 16)).astype(np.float32)
    hwio = RNG.normal(size=(3, 3, 3, 2)).astype(np.float32)
    answers = []
    for rows, part in ((16, False), (9, True)):
        builder = GraphBuilder(rows, 16, part_of_larger=part)
        answers.append(run(tmp_path, builder, builder.conv(builder.graph.input, "c", hwio, None, 2), x[:, :rows]))
    assert answers[1].shape == (2, 5, 8)
    assert np.allclose(answers[0][:, :4], answers[1][:, :4], atol=1e-5)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [({}, [-4, 0, 8]), ({"maximum": 6}, [0, 0, 6]), ({"slope": 0.25}, [-1, 0, 8])],
)
def test_rectifiers(tmp_path, arguments, expected):
    x = np.repeat(np.array([-4, 0, 8], np.float32), 4).reshape(3, 2, 2)
    builder = GraphBuilder(2, 2)
    ours = run(tmp_path, builder, builder.relu(builder.graph.input, **arguments), x)
    wanted = [max(value, 0) for value in expected] if not arguments else expected
    assert ours[:, 0, 0].tolist() == wanted


def test_mean_and_dense(tmp_path):
    x = RNG.normal(size=(3, 4, 4)).astype(np.float32)
    weight, bias = RNG.normal(size=(3, 5)).astype(np.float32), RNG.normal(size=5).astype(np.float32)
    builder = GraphBuilder(4, 4)
    ours = run(tmp_path, builder, builder.dense(builder.global_average(builder.graph.input, "m"), "d", weight, bias), x)
    assert np.allclose(ours, x.mean(axis=(1, 2)) @ weight + bias, atol=1e-5)


def test_rows_go_cell_by_cell_then_anchor_by_anchor(tmp_path):
    x = np.arange(3 * 2 * 2, dtype=np.float32).reshape(3, 2, 2)
    builder = GraphBuilder(2, 2)
    rows = builder.to_rows(builder.graph.input, "r", 3)
    twice = builder.concat(
        [rows, builder.to_rows(builder.add(builder.graph.input, builder.graph.input, "s"), "t", 3)], "u"
    )
    ours = run(tmp_path, builder, twice, x)
    assert ours[:2].tolist() == [[0, 4, 8], [1, 5, 9]]
    assert ours[4:6].tolist() == [[0, 8, 16], [2, 10, 18]]


def test_an_unfinished_graph_is_refused(tmp_path):
    with pytest.raises(ValueError, match="without output"):
        save_mxnet(GraphBuilder(2, 2).graph, tmp_path / "s", tmp_path / "p")
