"""That all backends give the same answers, each on as many threads as it is told."""

import subprocess
import sys

import numpy as np
import pytest
from face_inference.networks.age_gender import AgeGenderNet
from face_inference.networks.backends import BACKENDS, make_network
from face_inference.networks.converted_detectors import decode_ssd, decode_tiny
from face_inference.networks.detectors import DETECTORS, make_detector
from face_inference.networks.landmarks import LandmarkNet
from face_inference.networks.preprocessing import InputBuffer, scale_table
from face_inference.testing import locate
from signage_common.errors import ConfigurationError

OTHERS = [name for name in BACKENDS if name != "mxnet"]
BOXES = PROBABILITIES = 1e-4
YEARS = 1e-3
EVERY_BOX = 0.01  # of a face detector, the score above which boxes are compared

each_backend = pytest.mark.parametrize("backend", BACKENDS)
against_mxnet = pytest.mark.parametrize("backend", OTHERS)


def test_an_unknown_backend_is_answered_with_those_that_there_are(tmp_path):
    with pytest.raises(ConfigurationError, match="expected one of mxnet, onnxruntime, opencv, got 'abacus'"):
        make_network("abacus", tmp_path, "small")


COUNT_THREADS = """
import os, sys
from pathlib import Path
import numpy as np
from face_inference.networks.backends import make_network

def ticks():
    found = {}
    for task in os.listdir("/proc/self/task"):
        fields = Path(f"/proc/self/task/{task}/stat").read_text().rpartition(")")[2].split()
        found[task] = int(fields[11]) + int(fields[12])
    return found

network = make_network(sys.argv[1], Path(sys.argv[2]), "ssd-512x288", threads=int(sys.argv[3]))
image = np.zeros(network.input_shape, np.float32)
before = ticks()
for _ in range(15):
    network.run(image)
worked = [after - before.get(task, 0) for task, after in ticks().items()]
print(sum(share > sum(worked) / 8 for share in worked))
"""


@each_backend
@pytest.mark.parametrize("threads", [1, 2])
def test_as_many_threads_work_as_are_asked_for(models_dir, backend, threads):
    command = [sys.executable, "-c", COUNT_THREADS, backend, models_dir, threads]
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=True, timeout=60)
    assert int(done.stdout) == threads


@pytest.fixture(scope="session")
def network_pairs(models_dir):
    """Give a network by MXNet and by another backend, each loaded once."""
    loaded = {}

    def pair(backend, name):
        for one in ("mxnet", backend):
            if (one, name) not in loaded:
                loaded[one, name] = make_network(one, models_dir, name)
        return loaded["mxnet", name], loaded[backend, name]

    return pair


@against_mxnet
@pytest.mark.parametrize("name", ["ssd-512x288", "ssd-320x192", "ssd-512x512"])
def test_ssd_boxes_and_scores_are_the_same(network_pairs, photos, backend, name):
    ours, theirs = network_pairs(backend, name)
    rows, columns = ours.input_shape[2:]
    buffer = InputBuffer(rows, columns, scale_table((127.5, 127.5, 127.5), 127.5))
    for photo in photos.values():
        buffer.fill(photo)
        (xyxy_px, scores), (their_xyxy_px, their_scores) = (
            decode_ssd(network.run(buffer.planes)[0], network.constants["priors_px"], EVERY_BOX)
            for network in (ours, theirs)
        )
        assert len(scores) == len(their_scores) >= 1
        assert np.abs((xyxy_px - their_xyxy_px) / ([columns, rows] * 2)).max() < BOXES
        assert np.abs(scores - their_scores).max() < PROBABILITIES


@against_mxnet
def test_tiny_boxes_and_scores_are_the_same(network_pairs, photos, backend):
    ours, theirs = network_pairs(backend, "tiny-416")
    buffer = InputBuffer(416, 416, scale_table((0, 0, 0), 1))
    for photo in photos.values():
        buffer.fill(photo)
        (xyxy_px, scores), (their_xyxy_px, their_scores) = (
            decode_tiny(network.run(buffer.planes)[0], 13, EVERY_BOX) for network in (ours, theirs)
        )
        assert len(scores) == len(their_scores) >= 1
        assert np.abs(xyxy_px - their_xyxy_px).max() / 416 < BOXES
        assert np.abs(scores - their_scores).max() < PROBABILITIES


@pytest.fixture(scope="session")
def faces(models_dir, photos):
    """The sample photos with the faces in them."""
    detector = make_detector("ssd", models_dir, 0.5)
    return [(photo, detector.detect(photo).xyxy_px) for photo in photos.values()]


@against_mxnet
def test_ages_and_genders_are_the_same(models_dir, faces, backend):
    ours, theirs = (AgeGenderNet(models_dir, backend=one, average_flip=True) for one in ("mxnet", backend))
    for photo, xyxy_px in faces:
        estimates, their_estimates = (net.estimate(photo, xyxy_px) for net in (ours, theirs))
        assert np.abs(estimates.age_years - their_estimates.age_years).max() < YEARS
        assert np.abs(estimates.male_probability - their_estimates.male_probability).max() < PROBABILITIES


@against_mxnet
def test_landmarks_are_the_same(models_dir, faces, backend):
    ours, theirs = (LandmarkNet(models_dir, backend=one) for one in ("mxnet", backend))
    for photo, xyxy_px in faces:
        sizes_px = (xyxy_px[:, 2:] - xyxy_px[:, :2]).max(axis=1)
        moved_px = np.abs(locate(ours, photo, xyxy_px) - locate(theirs, photo, xyxy_px)).max(axis=(1, 2))
        assert (moved_px / sizes_px).max() < BOXES


@against_mxnet
@pytest.mark.parametrize("name", [name for name in DETECTORS if name.startswith(("ssd", "tiny"))])
def test_detectors_find_the_same_faces(models_dir, photos, backend, name):
    ours, theirs = (make_detector(name, models_dir, 0.5, one) for one in ("mxnet", backend))
    for photo in photos.values():
        found, their_found = ours.detect(photo), theirs.detect(photo)
        assert np.allclose(found.xyxy_px / 1280, their_found.xyxy_px / 1280, atol=BOXES)
        assert np.allclose(found.scores, their_found.scores, atol=PROBABILITIES)
