import numpy as np
import onnx
import pytest
from face_inference.networks.onnx_outline import read_outline
from face_models.weights.graph import GraphBuilder
from face_models.weights.onnx_model import to_onnx
from onnx import helper

FIXED = np.array([[1.5, -2], [3, 4e-30]], np.float32)


@pytest.fixture
def model():
    builder = GraphBuilder(300, 6)
    return to_onnx(builder.finish(builder.global_average(builder.graph.input, "mean"), fixed=FIXED))


def test_the_outline_tells_what_onnx_itself_reads(model):
    outline = read_outline(model.SerializeToString())
    sizes = [axis.dim_value for axis in model.graph.input[0].type.tensor_type.shape.dim]
    assert outline.input_shape == tuple(sizes[1:]) == (3, 300, 6)
    assert list(outline.constants) == ["fixed"]
    assert np.array_equal(outline.constants["fixed"], FIXED)


def test_other_properties_and_fields_are_passed_over(model):
    helper.set_model_props(model, {"author": "nobody"})
    model.doc_string, model.model_version = "words", 300
    outline = read_outline(model.SerializeToString())
    assert (outline.input_shape, outline.constants) == ((3, 300, 6), {})


@pytest.mark.parametrize("length", [1, 2, 40, 150, -1])
def test_a_file_that_is_cut_short_is_refused(model, length):
    with pytest.raises(ValueError, match=r"cut short|no graph"):
        read_outline(model.SerializeToString()[:length])


@pytest.mark.parametrize("data", [b"", b"\xff", b"\x07", b"%PDF-1.7", b"\x0d\x00\x00"])
def test_what_is_no_onnx_file_is_refused(data):
    with pytest.raises(ValueError, match=r"cut short|no graph|of a kind"):
        read_outline(data)


def test_an_input_without_a_fixed_size_is_refused():
    value = helper.make_tensor_value_info("data", onnx.TensorProto.FLOAT, ["n", 3, "rows", "columns"])
    node = helper.make_node("Relu", ["data"], ["out"])
    model = helper.make_model(helper.make_graph([node], "g", [value], []))
    with pytest.raises(ValueError, match="images of one size"):
        read_outline(model.SerializeToString())


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"shape": [2], "data": "AAAA"}', '{"shape": [1], "data": "?"}'])
def test_a_broken_constant_is_refused(model, text):
    helper.set_model_props(model, {"const:fixed": text})
    with pytest.raises(ValueError):
        read_outline(model.SerializeToString())
