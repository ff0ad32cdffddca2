"""The node as a process with a model of another project."""

import pytest
from foreign_ssd import save_example
from node_process import knows_a_woman, show, start_wrongly
from signage_common.ros_testing import ros_graph

pytestmark = pytest.mark.graph


def test_the_node_works_with_a_foreign_model(portrait, models_dir, tmp_path):
    prefix = save_example(models_dir, tmp_path / "deeplens-face-detection")
    params = {"models_dir": models_dir, "detector": "mxnet-ssd", "model": prefix, "model_width": 512}
    with ros_graph() as graph:
        show(graph, portrait(), {**params, "model_height": 288}, knows_a_woman)


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, "model: expected the PREFIX"),
        ({"model": "/no/such"}, "/no/such-symbol.json: no such file"),
        ({"model": "/no/such", "model_mean": "grey"}, "model_mean"),
        ({"model": "/no/such", "model_channels": "grey"}, "channels"),
    ],
)
def test_a_wrong_model_is_one_line_and_status_2(models_dir, params, expected):
    with ros_graph() as graph:
        assert expected in start_wrongly(graph, {"models_dir": models_dir, "detector": "mxnet-ssd", **params})
