"""Real networks in real processes, and what is made of their figures."""

import io
import json

import pytest
from rich.console import Console
from signage_bench import backends
from signage_bench.backend_process import BackendRow, measure_backend
from signage_bench.backends import backend_table
from signage_bench.measurement import BenchError, Options
from signage_common.errors import ConfigurationError
from signage_common.home import signage_home

ROWS = [
    BackendRow(network, backend, threads, 60, 40.5 / threads, 51.25, 42.0, 345.0, 201.5)
    for network in ("ssd-512x288", "landmarks", "tiny-416")
    for backend in ("mxnet", "onnxruntime", "opencv")
    for threads in (1, 2)
]


@pytest.fixture
def made():
    if not (signage_home() / "models" / "manifest.json").exists():
        pytest.skip(f"{signage_home()}/models is missing: ./signage setup makes it")


@pytest.mark.parametrize("backend", ["mxnet", "onnxruntime", "opencv"])
def test_a_network_is_measured_in_a_process_of_its_own(made, backend):
    row = measure_backend("landmarks", backend, threads=1, runs=5)
    assert (row.network, row.backend, row.threads) == ("landmarks", backend, 1)
    assert row.runs >= 5
    assert 0 < row.ms_p50 <= row.ms_p95
    assert 0 < row.cpu_ms < 1000
    assert row.start_ms > row.ms_p50
    assert 30 < row.rss_mb < 500


@pytest.mark.parametrize(
    ("network", "backend", "message"),
    [("unheard-of", "opencv", r"unheard-of\.onnx: No such file"), ("landmarks", "abacus", "backend: expected one of")],
)
def test_a_process_that_fails_says_why(made, network, backend, message):
    with pytest.raises(BenchError, match=message):
        measure_backend(network, backend, threads=1, runs=1)


def test_every_backend_is_measured_at_one_and_two_threads(made, monkeypatch, tmp_path):
    monkeypatch.setattr(backends, "NETWORKS", {"landmarks": backends.NETWORKS["landmarks"]})
    measurement = backends.measure(Options(minutes=1, quick=True))
    seen = [(row["backend"], row["threads"]) for row in measurement.rows]
    assert seen == [(backend, threads) for backend in ("mxnet", "onnxruntime", "opencv") for threads in (1, 2)]
    json.dumps([dict(row) for row in measurement.rows], allow_nan=False)


def test_without_models_it_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("SIGNAGE_HOME", str(tmp_path))
    with pytest.raises(ConfigurationError, match="signage setup"):
        backends.measure(Options(minutes=1))


def test_the_table_names_each_network_once():
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(backend_table(ROWS))
    text = console.export_text()
    assert text.count("ssd-512x288") == 1
    assert "20.2" in text and "345" in text
