"""A stand-in for a network's arithmetic is never needed: a small real model is made in a moment."""

import numpy as np
import pytest
from face_models.samples.photos import LabelledImage
from face_models.weights.graph import GraphBuilder
from face_models.weights.mxnet_model import save_mxnet
from face_models.weights.onnx_model import save_onnx


@pytest.fixture
def small_model(tmp_path):
    """Folder of a model ``small`` for 3 x 4 x 6 images: mean of each channel, times 2, plus 1; a constant ``fixed``."""
    builder = GraphBuilder(4, 6)
    mean = builder.global_average(builder.graph.input, "mean")
    output = builder.dense(mean, "dense", 2 * np.eye(3, dtype=np.float32), np.ones(3, np.float32))
    graph = builder.finish(output, fixed=np.array([[1, 2], [3, 4]], np.float32))
    save_mxnet(graph, tmp_path / "small-symbol.json", tmp_path / "small-0000.params")
    save_onnx(graph, tmp_path / "small.onnx")
    return tmp_path


@pytest.fixture(scope="session")
def one_face(photos):
    """An upright face in an image of 320 x 300, labelled."""
    return LabelledImage("one", photos["sample3"][110:410, 230:550].copy(), np.array([[85, 63, 197, 209]], np.float32))


@pytest.fixture(scope="session")
def dlib():
    """What the detectors around dlib need."""
    return pytest.importorskip("dlib", reason="dlib is missing: `./signage setup detectors` installs it")
