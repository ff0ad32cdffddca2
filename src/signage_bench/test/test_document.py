import datetime
import json
import platform

import pytest
from signage_bench.document import (
    cpu_model,
    describe_machine,
    file_sha256,
    kernel_version,
    make_document,
    write_document,
)
from signage_bench.measurement import Measurement

NOW = datetime.datetime(2026, 11, 22, 17, 30, tzinfo=datetime.timezone(datetime.timedelta(hours=9)))


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


def test_the_machine_is_described_without_names_and_places(pytestconfig):
    machine = describe_machine(pytestconfig.rootpath, NOW)
    assert machine["date"] == "2026-11-22T08:30:00+00:00"
    assert machine["cores"] >= 1 and machine["memory_gb"] > 0.1 and len(machine["commit"]) == 40
    text = json.dumps(machine)
    assert str(pytestconfig.rootpath) not in text and platform.node() not in text


def test_a_copy_without_its_history_has_no_commit(tmp_path):
    machine = describe_machine(tmp_path, NOW)
    assert machine["commit"] is None and machine["uncommitted_changes"] is None


def test_cpu_model():
    assert cpu_model("processor : 0\nmodel name\t: Example CPU @ 2 GHz\nmodel name\t: other\n") == "Example CPU @ 2 GHz"
    assert cpu_model("Features : fp asimd\n") == platform.machine()


def test_kernel_version():
    assert kernel_version("6.1.0-18-amd64") == "6.1.0"
    assert kernel_version("unknown") == "unknown"


def test_file_sha256(tmp_path):
    path = tmp_path / "film"
    path.write_bytes(b"abc")
    assert file_sha256(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
