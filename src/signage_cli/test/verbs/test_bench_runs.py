"""Whole benches: the pipeline on the real graph, film and browser, the quick detectors on the real photos."""

import importlib.util
import json
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest
from signage_bench.detector_cases import DETECTOR_CASES
from signage_cli.verbs.needs import DETECTOR_NAMES
from signage_common.browser import find_browser
from signage_common.home import signage_home
from signage_common.process_testing import PATIENCE_S

PIPELINE = [sys.executable, "-m", "signage_cli.verbs.bench", "pipeline"]
NODES = {"camera", "face_inference", "ad_selector", "journal", "signage_bridge"}
DETECTORS = [sys.executable, "-m", "signage_cli.verbs.bench", "detectors", "--quick"]
FIELDS = {
    *("detector", "backend", "width", "height", "ms_p50", "ms_p95", "truth", "found", "false_alarms"),
    *("start_ms", "rss_mb", "ratio_to_dlib", "ratio_to_slowest"),
}


@pytest.fixture
def browser():
    if find_browser(os.environ) is None:
        pytest.skip("no Chromium or Chrome; `apt-get install chromium` installs one")


@pytest.mark.graph
@pytest.mark.browser
@pytest.mark.timeout(300)
def test_a_short_run_measures_everything(browser, tmp_path):
    path = tmp_path / "pipeline.json"
    answer = subprocess.run(
        [*PIPELINE, "--minutes", "0.4", "--json", str(path)], capture_output=True, text=True, check=False, timeout=280
    )
    assert answer.returncode == 0, answer.stderr
    document = json.loads(path.read_text())
    rows = {row["name"]: row for row in document["results"]}
    for name in ("arrival_to_paint", "capture_to_client", "capture_to_decision", "overhead", "classify", "detections"):
        assert rows[name]["n"] > 0 and rows[name]["p50"] > 0, name
    assert rows["arrival_to_paint"]["p50"] > rows["capture_to_paint"]["p50"] > rows["capture_to_decision"]["p50"]
    assert {f"{kind}_{node}" for kind in ("cpu", "rss") for node in NODES} <= set(rows)
    assert document["counts"]["painted"] == document["counts"]["received"] == document["counts"]["decisions"]
    assert rows["decisions_per_episode"]["p50"] == 1
    assert 0 < rows["cost_ratio_empty"]["mean"] < rows["cost_ratio"]["mean"] < 1
    assert "arrival_to_paint" in answer.stdout and "Figures to reach" in answer.stdout


@pytest.mark.graph
@pytest.mark.browser
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_everything(browser, number, tmp_path):
    path = tmp_path / "pipeline.json"
    command = [*PIPELINE, "--minutes", "5", "--json", str(path)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        assert process.stderr.readline().startswith("measuring: ")
        family = psutil.Process(process.pid).children(recursive=True)
        assert len(family) > len(NODES) + 1
        if number == signal.SIGINT:
            os.killpg(process.pid, number)  # as a terminal does: to the bench and the browser, all at once
        else:
            while process.poll() is None:  # again and again
                process.send_signal(number)
                time.sleep(0.01)
        _, words = process.communicate(timeout=30)
    assert process.returncode == 1
    assert words == "stopped before the end: nothing was written\n"
    _, alive = psutil.wait_procs(family, timeout=PATIENCE_S)
    assert not alive and not path.exists()


@pytest.fixture
def detectors():
    if not (signage_home() / "models" / "manifest.json").exists():
        pytest.skip("the models are missing: ./signage setup makes them")
    if importlib.util.find_spec("dlib") is None:
        pytest.skip("dlib is missing: `./signage setup detectors` installs it")


def test_a_quick_run_fills_every_row(detectors, tmp_path):
    json_file, plot_file = tmp_path / "detectors.json", tmp_path / "detectors.png"
    command = [*DETECTORS, "--repeat", "1", "--json", str(json_file), "--plot", str(plot_file)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False, timeout=170)
    assert answer.returncode == 0, answer.stderr
    document = json.loads(json_file.read_text())
    rows = {(row["detector"], row["width"], row["height"]): row for row in document["results"]}
    quick = [case.name for case in DETECTOR_CASES if not case.is_slow]
    assert set(rows) == {(name, *size) for name in quick for size in ((640, 480), (1280, 720))}
    for row in rows.values():
        assert set(row) >= FIELDS and row["truth"] == 22 and row["ms_p95"] >= row["ms_p50"] > 0
    best = rows["ssd", 1280, 720]
    assert best["found"] == 22 and best["false_alarms"] == 0
    assert all(row["found"] <= best["found"] for row in document["results"])
    assert rows["dlib", 1280, 720]["ratio_to_dlib"] == 1
    assert document["detectors"]["paper"]["hardware"] == "AWS DeepLens"
    assert plot_file.stat().st_size > 10_000
    assert "Detectors at 1280x720" in answer.stdout
    assert answer.stderr.startswith("measuring detectors: 0 of ")


def test_a_signal_ends_the_bench_and_its_detector(detectors, tmp_path):
    command = [*DETECTORS, "--repeat", "1000", "--json", str(tmp_path / "detectors.json")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr.readline().startswith("measuring detectors: ")
        family = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGTERM)
        _, words = process.communicate(timeout=30)
    assert process.returncode == 1
    assert words.splitlines()[-1] == "stopped before the end: nothing was written"
    _, alive = psutil.wait_procs(family, timeout=PATIENCE_S)
    assert not alive and list(tmp_path.iterdir()) == []


def test_the_extra_brings_detectors_that_are_compared():
    assert set(DETECTOR_NAMES) < {case.name for case in DETECTOR_CASES}
