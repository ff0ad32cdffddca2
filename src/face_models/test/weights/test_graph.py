import numpy as np
import pytest
from face_models.weights.graph import Conv, GraphBuilder, same_padding, same_padding_of_part


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "expected"),
    [
        (512, 3, 2, (0, 1)),
        (9, 3, 2, (1, 1)),
        (7, 3, 1, (1, 1)),
        (7, 1, 1, (0, 0)),
        (13, 2, 1, (0, 1)),
        (207, 2, 2, (0, 1)),
        (414, 2, 2, (0, 0)),
        (8, 1, 2, (0, 0)),
    ],
)
def test_same_padding(size, kernel, stride, expected):
    assert same_padding(size, kernel, stride) == expected


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "expected"), [(9, 3, 2, (0, 2)), (16, 3, 2, (0, 1)), (9, 3, 1, (1, 1))]
)
def test_a_part_of_a_larger_map_is_padded_as_its_top_left_was(size, kernel, stride, expected):
    assert same_padding_of_part(size, kernel, stride) == expected


def test_the_axes_of_a_convolution_become_out_in_rows_columns():
    builder = GraphBuilder(8, 6)
    hwio = np.random.default_rng(0).normal(size=(3, 2, 3, 5)).astype(np.float32)
    out = builder.conv(builder.graph.input, "c", hwio, None, stride=2)
    (layer,) = builder.graph.layers
    assert isinstance(layer, Conv)
    assert layer.weight.shape == (5, 3, 3, 2)
    assert layer.weight[4, 1, 2, 0] == hwio[2, 0, 1, 4]
    assert (out.shape, layer.pads) == ((5, 4, 3), (0, 0, 1, 0))


def test_a_depthwise_convolution_has_a_group_for_each_channel():
    builder = GraphBuilder(4, 4)
    hwi1 = np.arange(3 * 3 * 3, dtype=np.float32).reshape(3, 3, 3, 1)
    out = builder.depthwise(builder.graph.input, "d", hwi1)
    (layer,) = builder.graph.layers
    assert (layer.groups, layer.weight.shape, out.shape) == (3, (3, 1, 3, 3), (3, 4, 4))
    assert np.array_equal(layer.weight[2, 0], hwi1[:, :, 2, 0])


def test_a_separable_convolution_has_its_bias_after_both():
    builder = GraphBuilder(4, 4)
    weights = {
        "x/depthwise_filter": np.ones((3, 3, 3, 1), np.float32),
        "x/pointwise_filter": np.ones((1, 1, 3, 7), np.float32),
        "x/bias": np.ones(7, np.float32),
    }
    out = builder.separable(builder.graph.input, weights, "x", stride=2)
    depthwise, pointwise = builder.graph.layers
    assert (depthwise.bias, depthwise.stride, pointwise.stride) == (None, 2, 1)
    assert pointwise.bias is weights["x/bias"]
    assert out.shape == (7, 2, 2)


def test_rows_and_their_join_count_the_rows():
    builder = GraphBuilder(4, 6)
    x = builder.conv(builder.graph.input, "c", np.ones((1, 1, 3, 10), np.float32), None)
    rows = builder.to_rows(x, "r", 5)
    assert rows.shape == (48, 5)
    assert builder.concat([rows, rows], "both").shape == (96, 5)
