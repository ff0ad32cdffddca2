import pytest
from face_inference.networks.model_file import broken_model_file, read_model_file
from signage_common.errors import ConfigurationError


def test_a_file_is_read(tmp_path):
    (tmp_path / "a.onnx").write_bytes(b"network")
    assert read_model_file(tmp_path / "a.onnx") == b"network"


def test_a_missing_file_names_the_way_out(tmp_path):
    with pytest.raises(ConfigurationError, match=r"a\.onnx: No such file or directory; `\./signage setup` makes it"):
        read_model_file(tmp_path / "a.onnx")


def test_what_is_wrong_with_a_file_is_one_line(tmp_path):
    error = broken_model_file(tmp_path / "a.onnx", "a network", ValueError("first\n  second"))
    assert str(error) == f"{tmp_path}/a.onnx: expected a network, first second; `./signage setup` makes it again"
