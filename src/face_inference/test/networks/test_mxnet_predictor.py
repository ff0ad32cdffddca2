import numpy as np
import pytest
from face_inference.networks.mxnet_predictor import MxnetError, Predictor, read_params


def files(small_model):
    return [(small_model / name).read_bytes() for name in ("small-symbol.json", "small-0000.params")]


def test_the_output_is_filled_anew_by_each_run(small_model):
    predictor = Predictor(*files(small_model), "data", (1, 3, 4, 6))
    first = predictor.run(np.zeros((1, 3, 4, 6), np.float32))
    second = predictor.run(np.ones((1, 3, 4, 6), np.float32))
    assert second is first
    assert first.tolist() == [[3, 3, 3]]


def test_params_are_read_by_name(small_model):
    shapes, constants = read_params(files(small_model)[1], "arg:dense_")
    assert shapes == {"arg:dense_weight": (3, 3), "arg:dense_bias": (3,), "const:fixed": (2, 2)}
    assert constants["weight"].tolist() == [[2, 0, 0], [0, 2, 0], [0, 0, 2]]
    assert constants["bias"].dtype == np.float32


def test_what_mxnet_refuses_is_an_error_of_one_line(small_model):
    symbol, params = files(small_model)
    for arguments in [(b"{}", params), (symbol, b"nothing")]:
        with pytest.raises(MxnetError) as caught:
            Predictor(*arguments, "data", (1, 3, 4, 6))
        assert "\n" not in str(caught.value)
    with pytest.raises(MxnetError):
        read_params(b"nothing", "")
