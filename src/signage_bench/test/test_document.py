import json

import pytest
from signage_bench.document import check_target, make_document, write_document
from signage_bench.measurement import Measurement
from signage_common.errors import ConfigurationError


def test_a_document_holds_the_machine_and_the_rows_of_all_benches():
    first = Measurement([{"name": "fetch", "p50": 4.0}], {"counts": {"episodes": 2}})
    second = Measurement([{"detector": "ssd"}])
    document = make_document({"cores": 2}, [first, second])
    assert document == {
        "machine": {"cores": 2},
        "counts": {"episodes": 2},
        "results": [{"name": "fetch", "p50": 4.0}, {"detector": "ssd"}],
    }


def test_a_document_is_written_whole(tmp_path):
    path = tmp_path / "pipeline.json"
    path.write_text("old")
    write_document(path, {"results": [{"name": "fetch", "p99": None}]})
    assert json.loads(path.read_text()) == {"results": [{"name": "fetch", "p99": None}]}
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_no_json_is_refused_and_the_old_file_stays(tmp_path):
    path = tmp_path / "pipeline.json"
    path.write_text("old")
    with pytest.raises(ValueError):
        write_document(path, {"p50": float("nan")})
    assert path.read_text() == "old"


@pytest.mark.parametrize(("place", "expected"), [("", "is a folder"), ("missing/x.json", "folder does not exist")])
def test_a_file_that_cannot_be_written_is_named(tmp_path, place, expected):
    with pytest.raises(ConfigurationError, match=f"--json: .*{expected}"):
        check_target(tmp_path / place, "--json")


def test_a_file_that_can_be_written_is_fine(tmp_path):
    check_target(tmp_path / "pipeline.json", "--json")
    assert not list(tmp_path.iterdir())
