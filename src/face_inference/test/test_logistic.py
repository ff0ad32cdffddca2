import math

import numpy as np
import pytest
from face_inference.logistic import logit, sigmoid


@pytest.mark.parametrize("probability", [0.001, 0.3, 0.5, 0.9])
def test_logit_is_the_inverse_of_sigmoid(probability):
    assert sigmoid(np.array([logit(probability)], np.float32))[0] == pytest.approx(probability, rel=1e-4)


def test_extremes_are_exact_and_silent():
    assert sigmoid(np.array([-1e30, 0, 1e30], np.float32)).tolist() == [0, 0.5, 1]
    assert (logit(0), logit(1)) == (-math.inf, math.inf)
