import importlib.util

import cv2
import pytest
from signage_bench import charts
from signage_bench.backend_process import BackendRow
from signage_bench.detector_report import DetectorRow, with_ratios
from signage_common.errors import ConfigurationError

PNG = b"\x89PNG\r\n\x1a\n"
DETECTORS = with_ratios(
    [
        DetectorRow("ssd", "mxnet", 1280, 720, 60, 45.0, 50.0, 44.0, 22, 22, 0, 340, 200),
        DetectorRow("dlib", "dlib", 1280, 720, 60, 112.0, 120.0, 111.0, 22, 19, 1, 200, 134),
        DetectorRow("face_recognition-cnn", "dlib", 1280, 720, 6, 28000, 31000, 27000, 22, 22, 0, 12000, 3665),
        DetectorRow("ssd", "mxnet", 640, 480, 60, 44.0, 49.0, 43.0, 22, 21, 0, 330, 200),
    ]
)
BACKENDS = [
    BackendRow(network, backend, threads, 60, 40.5 / threads, 51.25, 42.0, 345.0, 201.5)
    for network in ("ssd-512x288", "landmarks", "tiny-416")
    for backend in ("mxnet", "onnxruntime", "opencv")
    for threads in (1, 2)
]
HAS_MATPLOTLIB = importlib.util.find_spec("matplotlib") is not None


def test_without_the_library_one_line_names_it(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ConfigurationError, match=r"^--plot: needs the package matplotlib"):
        charts.require_matplotlib()


def test_a_picture_is_drawn_where_the_library_is(tmp_path):
    if not HAS_MATPLOTLIB:
        with pytest.raises(ConfigurationError):
            charts.require_matplotlib()
        return
    path = tmp_path / "latencies.png"
    charts.plot_shares(path, {"capture_to_paint": [120.0, 130.0, 180.0], "overhead": []})
    assert path.read_bytes().startswith(PNG)


def test_the_chart_is_a_picture_with_bars_of_both_sizes(tmp_path):
    charts.plot_detectors(tmp_path / "chart.png", DETECTORS, "two cores")
    picture = cv2.imread(str(tmp_path / "chart.png"))
    assert picture.shape[0] > 600 and picture.shape[1] > 900
    for red, green, blue in ((0x7F, 0xB3, 0xD5), (0x1F, 0x61, 0x8D), (0xA6, 0xAC, 0xAF)):
        assert (picture == (blue, green, red)).all(axis=2).sum() > 500


def test_the_picture_of_the_backends_is_drawn(tmp_path):
    if importlib.util.find_spec("matplotlib") is None:
        pytest.skip("matplotlib is not installed")
    path = tmp_path / "backends.png"
    charts.plot_backends(path, BACKENDS, "a machine")
    assert path.read_bytes().startswith(PNG)
