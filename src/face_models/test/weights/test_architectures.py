import numpy as np
from face_models.weights.architectures import (
    TINY_MEAN_RGB,
    fold_batch_norm,
    fold_input_scaling,
    interleave_heads,
    select_priors,
)


def test_batch_norm_folds_even_with_a_variance_near_nothing():
    rng = np.random.default_rng(1)
    kernel = rng.normal(size=(3, 3, 2, 1)).astype(np.float32)
    norm = {
        "gamma": np.array([0.5, 2], np.float32),
        "beta": np.array([-1, 0.25], np.float32),
        "moving_mean": np.array([3, -4], np.float32),
        "moving_variance": np.array([4e-36, 2.5], np.float32),
    }
    x = rng.normal(size=(3, 3, 2))
    folded, bias = fold_batch_norm(kernel, norm)
    plain = (kernel[..., 0] * x).sum(axis=(0, 1))
    scaled = (plain - norm["moving_mean"]) / np.sqrt(norm["moving_variance"] + 0.001) * norm["gamma"] + norm["beta"]
    assert np.allclose((folded[..., 0] * x).sum(axis=(0, 1)) + bias, scaled, rtol=1e-5)


def test_codes_and_the_face_logit_of_each_anchor_lie_together():
    codes = np.arange(8, dtype=np.float32)  # two anchors
    logits = np.array([10, 11, 12, 20, 21, 22], np.float32)
    assert interleave_heads(codes, logits).tolist() == [0, 1, 2, 3, 11, 4, 5, 6, 7, 21]


def test_the_priors_of_a_part_are_those_of_its_cells():
    sides, anchors = (32, 16, 8, 4, 2, 1), (3, 6, 6, 6, 6, 6)
    marked = [
        (level, row, column, anchor)
        for level, (side, count) in enumerate(zip(sides, anchors, strict=True))
        for row in range(side)
        for column in range(side)
        for anchor in range(count)
    ]
    cells = [(18, 32), (9, 16), (5, 8), (3, 4), (2, 2), (1, 1)]
    selected = select_priors(np.array(marked, np.float32), cells)
    wanted = [mark for mark in marked if mark[1] < cells[mark[0]][0] and mark[2] < cells[mark[0]][1]]
    assert len(marked) == 5118
    assert np.array_equal(selected, np.array(wanted, np.float32))


def test_the_scaling_of_the_input_folds_into_the_first_convolution():
    rng = np.random.default_rng(2)
    kernel, bias = rng.normal(size=(3, 3, 3, 4)).astype(np.float32), rng.normal(size=4).astype(np.float32)
    pixels = rng.integers(0, 256, size=(3, 3, 3)).astype(np.float64)
    folded, folded_bias = fold_input_scaling(kernel, bias)
    plain = np.einsum("hwi,hwio->o", (pixels - TINY_MEAN_RGB) / 255, kernel) + bias
    assert np.allclose(np.einsum("hwi,hwio->o", pixels, folded) + folded_bias, plain, atol=1e-5)
