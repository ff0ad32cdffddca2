"""What every backend does alike with the files that the conversion writes, and how it refuses broken ones."""

import json

import numpy as np
import onnx
import pytest
from face_inference.networks.backends import BACKENDS, MxnetNetwork, make_network
from face_inference.networks.mxnet_library import MxnetError, Predictor, read_params
from face_models.weights.graph import GraphBuilder
from face_models.weights.onnx_model import to_onnx
from onnx import helper
from signage_common.errors import ConfigurationError

OTHERS = [name for name in BACKENDS if name != "mxnet"]

each_backend = pytest.mark.parametrize("backend", BACKENDS)
each_onnx_backend = pytest.mark.parametrize("backend", OTHERS)


@each_backend
def test_a_model_runs_and_brings_its_shape_and_constants(small_model, backend):
    network = make_network(backend, small_model, "small")
    assert network.input_shape == (1, 3, 4, 6)
    assert network.constants["fixed"].tolist() == [[1, 2], [3, 4]]
    image = np.zeros(network.input_shape, np.float32)
    image[0, 2] = 5
    output = network.run(image)
    assert output.dtype == np.float32
    assert output.tolist() == [[1, 1, 11]]


@each_backend
def test_two_networks_do_not_disturb_each_other(small_model, backend):
    one, other = (make_network(backend, small_model, "small") for _ in range(2))
    first = one.run(np.full(one.input_shape, 2, np.float32))
    other.run(np.full(other.input_shape, 4, np.float32))
    assert first.tolist() == [[5, 5, 5]]


@each_backend
def test_a_network_may_take_several_images(small_model, backend):
    network = make_network(backend, small_model, "small", images=2)
    images = np.stack([np.full((3, 4, 6), value, np.float32) for value in (0, 3)])
    assert network.run(images).tolist() == [[1, 1, 1], [7, 7, 7]]


@pytest.mark.parametrize("backend", OTHERS)
@pytest.mark.parametrize("content", [None, b"", b"%PDF-1.7", 40, -40])
def test_a_missing_or_broken_onnx_file_is_one_line_that_names_it_and_the_way_out(small_model, backend, content, capfd):
    path = small_model / "small.onnx"
    if content is None:
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:content] if isinstance(content, int) else content)
    with pytest.raises(ConfigurationError, match=r"\./signage setup") as caught:
        make_network(backend, small_model, "small")
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


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
def test_a_missing_or_broken_mxnet_file_is_one_line_that_names_it_and_the_way_out(small_model, name, damage):
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


FIXED = np.array([[1.5, -2], [3, 4e-30]], np.float32)


@pytest.fixture
def model():
    builder = GraphBuilder(300, 6)
    return to_onnx(builder.finish(builder.global_average(builder.graph.input, "mean"), fixed=FIXED))


@pytest.fixture
def load(tmp_path):
    """Load a network from the bytes of an ONNX file."""

    def load(backend, data):
        (tmp_path / "net.onnx").write_bytes(data)
        return make_network(backend, tmp_path, "net")

    return load


@each_onnx_backend
def test_shape_and_constants_are_what_onnx_itself_reads(model, load, backend):
    network = load(backend, model.SerializeToString())
    sizes = [axis.dim_value for axis in model.graph.input[0].type.tensor_type.shape.dim]
    assert network.input_shape[1:] == tuple(sizes[1:]) == (3, 300, 6)
    assert list(network.constants) == ["fixed"]
    assert np.array_equal(network.constants["fixed"], FIXED)


@each_onnx_backend
def test_other_properties_and_fields_are_passed_over(model, load, backend):
    helper.set_model_props(model, {"author": "nobody"})
    model.doc_string, model.model_version = "words", 300
    network = load(backend, model.SerializeToString())
    assert (network.input_shape, dict(network.constants)) == ((1, 3, 300, 6), {})


@each_onnx_backend
@pytest.mark.parametrize("length", [1, 2, 40, 150, -1])
def test_an_onnx_file_that_is_cut_short_is_refused(model, load, backend, length):
    with pytest.raises(ConfigurationError, match=r"net\.onnx: expected an ONNX network, "):
        load(backend, model.SerializeToString()[:length])


@each_onnx_backend
@pytest.mark.parametrize("data", [b"", b"\xff", b"\x07", b"%PDF-1.7", b"\x0d\x00\x00"])
def test_what_is_no_onnx_file_is_refused(load, backend, data):
    with pytest.raises(ConfigurationError, match=r"net\.onnx: expected an ONNX network, "):
        load(backend, data)


@each_onnx_backend
def test_an_input_without_a_fixed_size_is_refused(load, backend):
    value_info = helper.make_tensor_value_info
    source, result = (value_info(name, onnx.TensorProto.FLOAT, ["n", 3, "rows", "columns"]) for name in ("data", "out"))
    node = helper.make_node("Relu", ["data"], ["out"])
    opset = [helper.make_opsetid("", 13)]
    graph = helper.make_graph([node], "g", [source], [result])
    with pytest.raises(ConfigurationError, match="images of one size"):
        load(backend, helper.make_model(graph, opset_imports=opset, ir_version=7).SerializeToString())


@each_onnx_backend
@pytest.mark.parametrize("text", ["", "{}", "[]", '{"shape": [2], "data": "AAAA"}', '{"shape": [1], "data": "?"}'])
def test_a_broken_constant_is_refused(model, load, backend, text):
    helper.set_model_props(model, {"const:fixed": text})
    with pytest.raises(ConfigurationError, match=r"net\.onnx: expected an ONNX network, "):
        load(backend, model.SerializeToString())
