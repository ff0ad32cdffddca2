"""What the bench of the detectors checks and shows; the whole of it is run by its verb's tests."""

import importlib.util
import sys

import pytest
from signage_bench import detectors
from signage_bench.detector_cases import DETECTOR_CASES, DetectorCase
from signage_common.errors import ConfigurationError
from signage_common.home import signage_home


@pytest.fixture(autouse=True)
def _needs():
    if not (signage_home() / "models" / "manifest.json").exists():
        pytest.skip("the models are missing: ./signage setup makes them")
    if importlib.util.find_spec("dlib") is None:
        pytest.skip("dlib is missing: `./signage setup detectors` installs it")


def test_what_is_missing_is_said_before_anything_is_measured(monkeypatch, tmp_path):
    with pytest.raises(ConfigurationError, match=r"detector ssd needs about 100000000 MB, .* MB are free; --quick"):
        detectors.check_available([DetectorCase("ssd", "mxnet", 1, needs_mb=100_000_000)])
    monkeypatch.setitem(sys.modules, "dlib", None)
    with pytest.raises(ConfigurationError, match=r"detector dlib: .* `\./signage setup detectors` installs it"):
        detectors.check_available(DETECTOR_CASES)
    monkeypatch.setenv("SIGNAGE_HOME", str(tmp_path))
    with pytest.raises(ConfigurationError, match=r"not found; `\./signage setup` makes it"):
        detectors.check_available(DETECTOR_CASES)


def test_the_time_left_is_told_at_the_pace_so_far(monkeypatch):
    now_s, shown = [100.0], []
    monkeypatch.setattr(detectors.time, "monotonic", lambda: now_s[0])
    progress = detectors._Progress(100.0, lambda passed_s, words: shown.append((passed_s, words)))
    progress.begin(DetectorCase("dlib", "dlib", 1), (640, 480), 10, 50.0)
    now_s[0] += 10
    progress.on_frame(4)
    progress.end()
    now_s[0] += 190
    progress.begin(DetectorCase("haar", "opencv", 1), (640, 480), 10, 50.0)
    assert shown == [
        (0.0, "dlib 640x480, frame 0 of 10"),
        (20.0, "dlib 640x480, frame 4 of 10, about 40 s left"),
        (50.0, "haar 640x480, frame 0 of 10, about 3 min left"),
    ]
