from pathlib import Path

import pytest
from face_inference.networks.location import locate


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
    assert locate(Path("/models"), name) == (Path(folder), stem)
