"""The network that is trained: the body of the age and gender network with new heads, as a Gluon block.

The age head gives 101 logits, one for each year; the estimate is the expectation of their softmax. The heads start so
that they answer as the old ones did: the logits of a normal distribution around the old estimate are linear in it.
Source: Gao et al., "Age Estimation Using Expectation of Label Distribution Learning", 2018.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from face_inference.networks.model_files import one_line, parse_json, read_model_file
from face_inference.networks.mxnet_library import import_mxnet
from signage_common.errors import ConfigurationError
from signage_common.files import written_whole

from face_models.training.options import AGE_BINS

Float32 = npt.NDArray[np.float32]
Params = dict[str, Float32]

INPUT, FEATURES, OLD_HEAD = "data", "features_output", "age_and_gender"
HEADS = "heads"
_START_SPREAD_YEARS = 5.0  # about the old network's error, so that the first loss is not all about the spread
_MIDDLE_YEARS = (AGE_BINS - 1) / 2

mx = import_mxnet()

_BROKEN = (KeyError, IndexError, TypeError, ValueError, AttributeError, mx.MXNetError)


def load_start(folder: Path, name: str) -> tuple[str, Params]:
    """Read the network that training starts from.

    Returns:
        its symbol as JSON, and its parameters with heads as they are trained.

    Raises:
        ConfigurationError: it is not there, or not an age and gender network.
    """
    symbol_path, params_path = folder / f"{name}-symbol.json", folder / f"{name}-0000.params"
    symbol, params = read_model_file(symbol_path), read_model_file(params_path)
    try:
        arrays = mx.nd.load_frombuffer(params)
        started = with_heads({key.removeprefix("arg:"): value.asnumpy() for key, value in arrays.items()})
    except _BROKEN as error:
        raise _no_network(params_path, error) from error
    try:
        parse_json(symbol)  # before MXNet, which goes as deep as a file does
        _logits(symbol.decode())
    except _BROKEN as error:
        raise _no_network(symbol_path, error) from error
    return symbol.decode(), started


def _no_network(path: Path, error: Exception) -> ConfigurationError:
    reason = one_line(str(error).splitlines()[0] if str(error) else type(error).__name__)
    return ConfigurationError(f"{path}: expected an age and gender network, {reason}")


def with_heads(params: Mapping[str, Float32]) -> Params:
    """Return the parameters with new heads; those of a network that was trained before are kept."""
    body = {name: value for name, value in params.items() if not name.startswith((f"{OLD_HEAD}_", "years_"))}
    if f"{HEADS}_weight" in body:
        return body
    weight, bias = params[f"{OLD_HEAD}_weight"], params[f"{OLD_HEAD}_bias"]
    years = np.arange(AGE_BINS) - _MIDDLE_YEARS
    square = _START_SPREAD_YEARS**2
    age_weight = years[:, None] * weight[0] / square
    age_bias = (years * (bias[0] - _MIDDLE_YEARS) - years**2 / 2) / square
    body[f"{HEADS}_weight"] = np.concatenate([age_weight, weight[1:2] - weight[2:3]]).astype(np.float32)
    body[f"{HEADS}_bias"] = np.concatenate([age_bias, bias[1:2] - bias[2:3]]).astype(np.float32)
    return body


def make_block(symbol: str, params: Mapping[str, Float32]) -> Any:
    """Return a Gluon block that gives the logits: float32 (n, 102), 101 of the age and that of male."""
    data = mx.sym.var(INPUT, dtype="float32")
    block = mx.gluon.SymbolBlock(_logits(_without_shape(symbol)), data)
    for name, parameter in block.collect_params().items():
        parameter.shape = params[name].shape
        parameter.initialize(ctx=mx.cpu())
    set_params(block, params)
    return block


def to_mxnet(values: npt.NDArray[Any]) -> Any:
    """Return a copy as an MXNet array of float32; unlike ``mx.nd.array`` it leaves SciPy alone, which warns."""
    return mx.nd.from_numpy(np.array(values, np.float32, order="C"))


def get_params(block: Any) -> Params:
    """Return a copy of the parameters of a block."""
    return {name: parameter.data().asnumpy() for name, parameter in sorted(block.collect_params().items())}


def set_params(block: Any, params: Mapping[str, Float32]) -> None:
    """Put parameters into a block."""
    for name, parameter in block.collect_params().items():
        parameter.set_data(to_mxnet(params[name]))


def export(symbol: str, params: Mapping[str, Float32], symbol_path: Path, params_path: Path) -> None:
    """Write a network that answers as the one it was made from: age in years, logit of male, logit of female."""
    logits = _logits(symbol)
    shares = mx.sym.softmax(mx.sym.slice_axis(logits, axis=1, begin=0, end=AGE_BINS), axis=1)
    age = mx.sym.FullyConnected(shares, mx.sym.var("years_weight"), num_hidden=1, no_bias=True, name="years")
    half = mx.sym.slice_axis(logits, axis=1, begin=AGE_BINS, end=AGE_BINS + 1) * 0.5
    output = mx.sym.concat(age, half, -half, dim=1, name=OLD_HEAD)
    arrays = {**params, "years_weight": np.arange(AGE_BINS, dtype=np.float32)[None]}
    with written_whole(params_path) as partial:
        mx.nd.save(str(partial), {f"arg:{name}": to_mxnet(value) for name, value in sorted(arrays.items())})
    with written_whole(symbol_path) as partial:
        partial.write_text(output.tojson(), encoding="utf-8")


def _logits(symbol: str) -> Any:
    features = mx.sym.load_json(symbol).get_internals()[FEATURES]
    return mx.sym.FullyConnected(features, num_hidden=AGE_BINS + 1, name=HEADS)


def _without_shape(symbol: str) -> str:
    """Return the symbol without the fixed shape of its input, which is that of a single face."""
    document = json.loads(symbol)
    for node in document["nodes"]:
        if node["name"] == INPUT:
            node.pop("attrs", None)
    return json.dumps(document)
