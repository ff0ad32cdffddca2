"""The bench of the detectors on the real photos; the slow ones are left to the bench itself."""

import importlib.util
import json
import os
import signal
import subprocess
import sys

import psutil
import pytest
from signage_bench.detectors_contestants import CONTESTANTS, Contestant
from signage_common.errors import ConfigurationError
from signage_common.home import signage_home

from signage_bench import detectors

BENCH = [sys.executable, "-m", "signage_cli.verbs.bench", "detectors", "--quick"]
FIELDS = {
    *("detector", "backend", "width", "height", "ms_p50", "ms_p95", "truth", "found", "false_alarms"),
    *("start_ms", "rss_mb", "ratio_to_dlib", "ratio_to_slowest"),
}


@pytest.fixture(autouse=True)
def _needs():
    if not (signage_home() / "models" / "manifest.json").exists():
        pytest.skip("the models are missing: ./signage setup makes them")
    if importlib.util.find_spec("dlib") is None:
        pytest.skip("dlib is missing: `./signage setup detectors` installs it")


def test_a_quick_run_fills_every_row(tmp_path):
    json_file, plot_file = tmp_path / "detectors.json", tmp_path / "detectors.png"
    command = [*BENCH, "--repeat", "1", "--json", str(json_file), "--plot", str(plot_file)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False, timeout=170)
    assert answer.returncode == 0, answer.stderr
    document = json.loads(json_file.read_text())
    rows = {(row["detector"], row["width"], row["height"]): row for row in document["results"]}
    quick = [contestant.name for contestant in CONTESTANTS if not contestant.slow]
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


def test_a_signal_ends_the_bench_and_its_detector(tmp_path):
    command = [*BENCH, "--repeat", "1000", "--json", str(tmp_path / "detectors.json")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr.readline().startswith("measuring detectors: ")
        family = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGTERM)
        _, words = process.communicate(timeout=30)
    assert process.returncode == 1
    assert words.splitlines()[-1] == "stopped before the end: nothing was written"
    _, alive = psutil.wait_procs(family, timeout=5)
    assert not alive and list(tmp_path.iterdir()) == []


def test_what_is_missing_is_said_before_anything_is_measured(monkeypatch, tmp_path):
    with pytest.raises(ConfigurationError, match=r"detector ssd needs about 100000000 MB, .* MB are free; --quick"):
        detectors.check([Contestant("ssd", "mxnet", 1, needs_mb=100_000_000)])
    monkeypatch.setitem(sys.modules, "dlib", None)
    with pytest.raises(ConfigurationError, match=r"detector dlib: .* `\./signage setup detectors` installs it"):
        detectors.check(CONTESTANTS)
    monkeypatch.setenv("SIGNAGE_HOME", str(tmp_path))
    with pytest.raises(ConfigurationError, match=r"not found; `\./signage setup` makes it"):
        detectors.check(CONTESTANTS)


def test_sigterm_is_what_it_was_afterwards():
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), detectors._stopped_by_sigterm():
        os.kill(os.getpid(), signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) == before


def test_the_time_left_is_told_at_the_pace_so_far(monkeypatch):
    now_s, shown = [100.0], []
    monkeypatch.setattr(detectors.time, "monotonic", lambda: now_s[0])
    timer = detectors._Timer(100.0, lambda passed_s, words: shown.append((passed_s, words)))
    timer.begin(Contestant("dlib", "dlib", 1), (640, 480), 10, 50.0)
    now_s[0] += 10
    timer.on_frame(4)
    timer.end()
    now_s[0] += 190
    timer.begin(Contestant("haar", "opencv", 1), (640, 480), 10, 50.0)
    assert shown == [
        (0.0, "dlib 640x480, frame 0 of 10"),
        (20.0, "dlib 640x480, frame 4 of 10, about 40 s left"),
        (50.0, "haar 640x480, frame 0 of 10, about 3 min left"),
    ]
