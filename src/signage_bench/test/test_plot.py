import importlib.util

import pytest
from signage_common.errors import ConfigurationError

from signage_bench import plot

PNG = b"\x89PNG\r\n\x1a\n"
HAS_MATPLOTLIB = importlib.util.find_spec("matplotlib") is not None


def test_without_the_library_one_line_names_it(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ConfigurationError, match=r"^--plot: needs the package matplotlib"):
        plot.require_matplotlib()


def test_a_picture_is_drawn_where_the_library_is(tmp_path):
    if not HAS_MATPLOTLIB:
        with pytest.raises(ConfigurationError):
            plot.require_matplotlib()
        return
    path = tmp_path / "latencies.png"
    plot.plot_latencies(path, {"capture_to_paint": [120.0, 130.0, 180.0], "overhead": []})
    assert path.read_bytes().startswith(PNG)
