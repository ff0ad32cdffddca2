import numpy as np
from face_models.weights.tiny import MEAN_RGB, fold_input


def test_the_scaling_of_the_input_folds_into_the_first_convolution():
    rng = np.random.default_rng(2)
    kernel, bias = rng.normal(size=(3, 3, 3, 4)).astype(np.float32), rng.normal(size=4).astype(np.float32)
    pixels = rng.integers(0, 256, size=(3, 3, 3)).astype(np.float64)
    folded, folded_bias = fold_input(kernel, bias)
    plain = np.einsum("hwi,hwio->o", (pixels - MEAN_RGB) / 255, kernel) + bias
    assert np.allclose(np.einsum("hwi,hwio->o", pixels, folded) + folded_bias, plain, atol=1e-5)
