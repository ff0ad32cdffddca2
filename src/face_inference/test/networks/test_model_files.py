from pathlib import Path

import pytest
from face_inference.networks.model_files import (
    broken_model_file,
    locate_model,
    read_model_file,
    return_free_memory,
)
from signage_common.errors import ConfigurationError


@pytest.mark.parametrize(
    ("name", "folder", "stem"),
    [
        ("age-gender", "/models", "age-gender"),
        ("trained/korea", "trained", "korea"),
        ("/data/korea", "/data", "korea"),
        ("./korea", ".", "korea"),
        ("~/korea", str(Path.home()), "korea"),
    ],
)
def test_a_name_or_the_beginning_of_paths(name, folder, stem):
    assert locate_model(Path("/models"), name) == (Path(folder), stem)


def test_a_file_is_read(tmp_path):
    (tmp_path / "a.onnx").write_bytes(b"network")
    assert read_model_file(tmp_path / "a.onnx") == b"network"


def test_a_missing_file_names_the_way_out(tmp_path):
    with pytest.raises(ConfigurationError, match=r"a\.onnx: No such file or directory; `\./signage setup` makes it"):
        read_model_file(tmp_path / "a.onnx")


def test_what_is_wrong_with_a_file_is_one_line(tmp_path):
    error = broken_model_file(tmp_path / "a.onnx", "a network", ValueError("first\n  second"))
    assert str(error) == f"{tmp_path}/a.onnx: expected a network, first second; `./signage setup` makes it again"


SIZE = 64 * 1024  # small enough for the C library to keep it when it is freed


def resident_mb():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def test_freed_memory_goes_back_to_the_system():
    blocks = [bytes([1]) * SIZE for _ in range(2000)]
    held = blocks[-1]  # keeps the end of the heap, so that nothing before it goes back by itself
    full_mb = resident_mb()
    del blocks
    return_free_memory()
    assert resident_mb() < full_mb - 100
    assert len(held) == SIZE
