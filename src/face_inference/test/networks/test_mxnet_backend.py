import json

import numpy as np
import pytest
from face_inference.networks.mxnet_backend import MxnetNetwork
from signage_common.errors import ConfigurationError


def test_a_model_runs_and_brings_its_shape_and_constants(small_model):
    network = MxnetNetwork(small_model, "small")
    assert network.input_shape == (1, 3, 4, 6)
    assert network.constants["fixed"].tolist() == [[1, 2], [3, 4]]
    image = np.zeros(network.input_shape, np.float32)
    image[0, 2] = 5
    assert network.run(image).tolist() == [[1, 1, 11]]


def test_two_networks_do_not_disturb_each_other(small_model):
    one, other = MxnetNetwork(small_model, "small"), MxnetNetwork(small_model, "small")
    first = one.run(np.full(one.input_shape, 2, np.float32))
    other.run(np.full(other.input_shape, 4, np.float32))
    assert first.tolist() == [[5, 5, 5]]


def test_a_network_may_take_several_images(small_model):
    network = MxnetNetwork(small_model, "small", images=2)
    images = np.stack([np.full((3, 4, 6), value, np.float32) for value in (0, 3)])
    assert network.run(images).tolist() == [[1, 1, 1], [7, 7, 7]]


def cut(path):
    path.write_bytes(path.read_bytes()[:40])


def lose_parameter(path):
    path.write_bytes(path.read_bytes().replace(b"dense_bias", b"dense_b_as"))


def lose_shape(path):
    symbol = json.loads(path.read_text())
    for node in symbol["nodes"]:
        node.pop("attrs", None)
    path.write_text(json.dumps(symbol))


def break_operator(path):
    path.write_text(path.read_text().replace("FullyConnected", "FullyUnheardOf"))


def widen(path):
    path.write_text(path.read_text().replace('"num_hidden": "3"', '"num_hidden": "4"'))


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("small-symbol.json", lambda path: path.unlink()),
        ("small-symbol.json", lambda path: path.write_text("{")),
        ("small-symbol.json", lambda path: path.write_text("[]")),
        ("small-symbol.json", lose_shape),
        ("small-0000.params", lambda path: path.unlink()),
        ("small-0000.params", lambda path: path.write_bytes(b"")),
        ("small-0000.params", cut),
        ("small-0000.params", lose_parameter),
    ],
)
def test_a_missing_or_broken_file_is_one_line_that_names_it_and_the_way_out(small_model, name, damage):
    damage(small_model / name)
    with pytest.raises(ConfigurationError, match=r"\./signage setup") as caught:
        MxnetNetwork(small_model, "small")
    assert str(small_model / name) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("damage", [break_operator, widen])
def test_files_that_do_not_fit_together_are_one_line(small_model, damage):
    damage(small_model / "small-symbol.json")
    with pytest.raises(ConfigurationError, match=r"small-symbol\.json.*\./signage setup") as caught:
        MxnetNetwork(small_model, "small")
    assert "\n" not in str(caught.value)
