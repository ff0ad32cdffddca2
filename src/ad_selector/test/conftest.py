"""What the tests share: real media files, catalogues, a graph, and images of faces in short notation."""

import sys
from pathlib import Path

import pytest
from ad_selector.segment import Segment
from ad_selector.watchers import FaceObservations, ObservedFace
from signage_catalogue.testing import catalogue_folder, make_catalogue, media_folder
from signage_common.demographics import Demographics, decade_of, parse_estimation
from signage_common.ros_testing import graph
from signage_common.stamps import seconds_to_ns

__all__ = ["catalogue_folder", "graph", "make_catalogue", "media_folder"]

sys.path.insert(0, str(Path(__file__).parent))  # for what tests share

START_NS = 1_795_334_399_123_456_789  # 2026-11-22 07:59:59.123456789 UTC, a Sunday


@pytest.fixture
def segment():
    """Make a segment from a gender's first letter and an age: ``segment("f25")``, ``segment("child")``."""

    def make(text):
        if text in ("unknown", "child"):
            return Segment(is_child=text == "child")
        gender, _ = parse_estimation(f"20{text[0]}")
        return Segment(gender, int(text[1:]))

    return make


@pytest.fixture
def face():
    """Make a face that looks: ``face("f25")``, ``face("unknown", track=2, size=50, is_detected=False)``."""

    def make(who="unknown", track=1, size=100, is_detected=True, attention=0.9, still_s=None):
        demographics = Demographics()
        if who != "unknown":
            gender, _ = parse_estimation(f"20{who[0]}")
            age = float(who[1:])
            demographics = Demographics(gender, 0.9, age, 4.0, decade_of(age))
        return ObservedFace(track, is_detected, size * size, demographics, attention, still_s)

    return make


@pytest.fixture
def observe(face):
    """Say who is seen at a time in seconds: ``observe(0.1, "f25")``, ``observe(0.2, face(...), face(...))``."""

    def make(time_s, *faces):
        faces = tuple(face(item) if isinstance(item, str) else item for item in faces)
        return FaceObservations(START_NS + seconds_to_ns(time_s), faces)

    return make


@pytest.fixture
def told(observe):
    """Feed images to a selector and return (seconds, what, campaign or estimation) of every output."""
    from selector_told import told_of  # found only by the path above

    def feed(selector, images):
        return told_of(output for time_s, *faces in images for output in selector.observe(observe(time_s, *faces)))

    return feed


@pytest.fixture
def scene(graph, catalogue_folder):
    """A real selector, and what shows it faces and hears what it says."""
    from selector_scene import Scene  # ROS, which the tests of pure modules do without

    return Scene(graph, catalogue_folder)
