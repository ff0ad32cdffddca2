import json

import numpy as np
import pytest
from face_models.weights.tfjs_weights import decode_group, manifest_path, read_weights, shard_paths
from signage_common.errors import ConfigurationError

QUANTISED = {
    "name": "a",
    "shape": [2, 2],
    "dtype": "float32",
    "quantization": {"dtype": "uint8", "scale": 0.1, "min": -1.5},
}
INTEGER = {"name": "i", "shape": [], "dtype": "int32", "quantization": {"dtype": "uint8", "scale": 1, "min": 3072}}
PLAIN_INTEGER = {"name": "j", "shape": [2], "dtype": "int32"}
RAW = {"name": "r", "shape": [3], "dtype": "float32"}


def test_quantised_values_are_dequantised_in_double():
    (tensor,) = decode_group([QUANTISED], bytes([0, 1, 128, 255])).values()
    assert tensor.dtype == np.float32
    assert tensor.tolist() == np.float32([[-1.5, 1 * 0.1 - 1.5], [128 * 0.1 - 1.5, 255 * 0.1 - 1.5]]).tolist()


def test_sixteen_bit_values_are_little_endian():
    entry = QUANTISED | {"shape": [1], "quantization": {"dtype": "uint16", "scale": 2, "min": 0}}
    assert decode_group([entry], bytes([1, 2]))["a"].tolist() == [2 * (1 + 2 * 256)]


def test_integers_are_skipped_by_the_bytes_that_they_take():
    raw = np.array([1.5, -2, 3e-36], "<f4")
    data = bytes([7]) + np.array([1, 2], "<i4").tobytes() + raw.tobytes()
    decoded = decode_group([INTEGER, PLAIN_INTEGER, RAW], data)
    assert list(decoded) == ["r"]
    assert np.array_equal(decoded["r"], raw)


@pytest.mark.parametrize(
    ("data", "expected"), [(bytes(3), "a ends after the 3 bytes"), (bytes(5), "4 bytes are described and 5")]
)
def test_a_wrong_number_of_bytes_is_an_error(data, expected):
    with pytest.raises(ValueError, match=expected):
        decode_group([QUANTISED], data)


def write_model(folder, groups, **shards):
    manifest = manifest_path(folder, "m")
    manifest.write_text(groups if isinstance(groups, str) else json.dumps(groups))
    for name, data in shards.items():
        (folder / name).write_bytes(data)
    return manifest


def test_a_tensor_may_cross_shards(tmp_path):
    values = np.arange(3, dtype="<f4").tobytes()
    manifest = write_model(tmp_path, [{"paths": ["s1", "s2"], "weights": [RAW]}], s1=values[:5], s2=values[5:])
    assert read_weights(manifest)["r"].tolist() == [0, 1, 2]
    assert shard_paths(manifest) == [tmp_path / "s1", tmp_path / "s2"]


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ("[", "m-weights_manifest.json: expected JSON"),
        ("{}", "expected a list of groups, got dict"),
        ([{"paths": ["gone"], "weights": []}], "gone: expected a file of the face library's models, No such file"),
        ([{"paths": ["s"], "weights": [RAW]}], "r ends after the 1 bytes"),
        ([{"paths": ["s"], "weights": [{"name": "x"}]}], "expected a TensorFlow.js weights manifest"),
        ([{"paths": ["s"]}], "expected a TensorFlow.js weights manifest"),
        ([["paths"]], "expected a TensorFlow.js weights manifest"),
    ],
)
def test_a_broken_package_is_one_clear_line(tmp_path, groups, expected):
    manifest = write_model(tmp_path, groups, s=b"1")
    with pytest.raises(ConfigurationError, match=expected) as caught:
        read_weights(manifest)
    assert "\n" not in str(caught.value)


def test_a_missing_manifest_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match=r"gone-weights_manifest\.json"):
        read_weights(manifest_path(tmp_path, "gone"))
