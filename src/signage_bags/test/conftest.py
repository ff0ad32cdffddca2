"""What the tests of recordings share: the scenes of ``streams`` and their catalogue, a graph."""

import importlib.util
import sys
from pathlib import Path

import pytest
from signage_bags.ros_testing import replay_recording
from signage_bags.testing import decide_recording
from signage_catalogue.testing import media_folder
from signage_common.ros_testing import graph

__all__ = ["decide_recording", "graph", "media_folder", "replay_recording"]

sys.path.insert(0, str(Path(__file__).parent))  # for what tests share

STREAMS = Path(__file__).parent / "streams"


@pytest.fixture(scope="session")
def making():
    """The script that makes the scenes."""
    spec = importlib.util.spec_from_file_location("streams_make", STREAMS / "make.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def ads(tmp_path, media_folder, making):
    """The catalogue of the scenes, with its film."""
    (tmp_path / "film.webm").write_bytes((media_folder / "film.webm").read_bytes())
    path = tmp_path / "ads.yaml"
    path.write_bytes((making.TABLES / "ads.yaml").read_bytes())
    return path
