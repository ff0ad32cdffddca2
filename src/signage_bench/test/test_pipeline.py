"""The bench on the real graph, the real film and a real browser."""

import json
import os
import signal
import subprocess
import sys

import psutil
import pytest
from signage_common.browser import find_browser

BENCH = [sys.executable, "-m", "signage_cli.verbs.bench", "pipeline"]
NODES = {"camera", "face_inference", "ad_selector", "signage_bridge"}
pytestmark = [pytest.mark.graph, pytest.mark.browser]


@pytest.fixture(autouse=True)
def _browser():
    if find_browser(os.environ) is None:
        pytest.skip("no Chromium or Chrome; `apt-get install chromium` installs one")


@pytest.mark.timeout(300)
def test_a_short_run_measures_everything(tmp_path):
    path = tmp_path / "pipeline.json"
    answer = subprocess.run(
        [*BENCH, "--minutes", "0.4", "--json", str(path)], capture_output=True, text=True, check=False, timeout=280
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


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_everything(number, tmp_path):
    path = tmp_path / "pipeline.json"
    command = [*BENCH, "--minutes", "5", "--json", str(path)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        assert process.stderr.readline().startswith("measuring: ")
        family = psutil.Process(process.pid).children(recursive=True)
        assert len(family) > len(NODES) + 1
        if number == signal.SIGINT:
            os.killpg(process.pid, number)  # as a terminal does: to the bench and the browser, all at once
        else:
            process.send_signal(number)
        _, words = process.communicate(timeout=30)
    assert process.returncode == 1
    assert words == "stopped before the end: nothing was written\n"
    _, alive = psutil.wait_procs(family, timeout=5)
    assert not alive and not path.exists()
