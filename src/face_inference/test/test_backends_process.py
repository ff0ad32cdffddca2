"""The node as a process with each backend."""

import pytest
from face_inference.networks.backends import BACKENDS
from node_process import knows_a_woman, show, start_wrongly
from signage_common.ros_testing import ros_graph

pytestmark = pytest.mark.graph


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("threads", [1, 2])
def test_the_node_works_with_each_backend(portrait, models_dir, backend, threads):
    with ros_graph() as graph:
        params = {"models_dir": models_dir, "backend": backend, "threads": threads}
        show(graph, portrait(), params, knows_a_woman)


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"backend": "abacus"}, "abacus"),
        ({"threads": 0}, "threads"),
        ({"backend": "onnxruntime", "models_dir": "/nowhere"}, "./signage setup"),
        ({"backend": "opencv", "models_dir": "/nowhere"}, "./signage setup"),
    ],
)
def test_a_wrong_start_is_one_line_and_status_2(params, expected):
    with ros_graph() as graph:
        assert expected in start_wrongly(graph, params)
