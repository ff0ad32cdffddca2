"""The network with new heads: it starts where the old one is, and what is exported is what the node runs."""

from __future__ import annotations

import array
import os
import shutil

import cv2
import numpy as np
import pytest
from face_inference.networks.age_gender import AgeGenderNet
from face_inference.networks.detectors import make_detector
from face_models.training.network import export, get_params, load_start, make_block, set_params, to_mxnet, with_heads
from signage_common.errors import ConfigurationError


@pytest.fixture(scope="module")
def start(models_dir):
    return load_start(models_dir, "age-gender")


@pytest.fixture
def exported(start, tmp_path):
    """Export parameters and return the network as the node takes it."""

    def write(params):
        export(start[0], params, tmp_path / "new-symbol.json", tmp_path / "new-0000.params")
        return f"{tmp_path}/new"

    return write


def test_the_new_heads_start_by_saying_what_the_old_ones_say(models_dir, photos, start, exported):
    boxes = make_detector("ssd", models_dir, 0.5).detect(photos["sample6"]).xyxy_px
    old = AgeGenderNet(models_dir).estimate(photos["sample6"], boxes)
    new = AgeGenderNet(models_dir, exported(start[1])).estimate(photos["sample6"], boxes)
    assert new.age_years == pytest.approx(old.age_years, abs=0.05)
    assert new.male_probability == pytest.approx(old.male_probability, abs=1e-4)


def test_a_trained_network_can_be_trained_on(models_dir, exported, start, tmp_path):
    changed = {**start[1], "heads_bias": start[1]["heads_bias"] + 1}
    exported(changed)
    symbol, params = load_start(tmp_path, "new")
    assert set(params) == set(changed)
    assert all(np.array_equal(params[name], changed[name]) for name in changed)
    assert make_block(symbol, params)(to_mxnet(np.zeros((1, 3, 112, 112)))).shape == (1, 102)


def test_parameters_go_in_and_come_out(start):
    block = make_block(*start)
    doubled = {name: 2 * value for name, value in get_params(block).items()}
    set_params(block, doubled)
    assert all(np.array_equal(value, doubled[name]) for name, value in get_params(block).items())


def test_another_network_is_one_line(models_dir, tmp_path):
    with pytest.raises(ConfigurationError, match=r"expected an age and gender network, .*age_and_gender_weight"):
        load_start(models_dir, "landmarks")
    with pytest.raises(ConfigurationError, match=r"nothing-symbol.json: No such file"):
        load_start(models_dir, "nothing")
    with pytest.raises(KeyError):
        with_heads({})


DATA = {"nothing": b"", "zeros": bytes(500), "a list": b"[]", "a node of nothing": b'{"nodes": [{}]}'}
DATA["nested"] = b'{"nodes": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"


@pytest.mark.fault
@pytest.mark.parametrize("ending", ["-symbol.json", "-0000.params"])
@pytest.mark.parametrize(
    "make",
    [
        os.mkfifo,
        lambda path: path.mkdir(),
        lambda path: path.symlink_to("/dev/zero"),
        *(lambda path, data=data: path.write_bytes(data) for data in DATA.values()),
    ],
)
def test_a_start_that_may_be_anything_is_one_line_at_once(models_dir, tmp_path, ending, make):
    for end in ("-symbol.json", "-0000.params"):
        shutil.copy(models_dir / f"age-gender{end}", tmp_path / f"mine{end}")
    (tmp_path / f"mine{ending}").unlink()
    make(tmp_path / f"mine{ending}")
    with pytest.raises(ConfigurationError, match=f"mine{ending}: ") as told:
        load_start(tmp_path, "mine")
    assert "\n" not in str(told.value) and len(str(told.value)) < 700


@pytest.mark.graph
def test_the_node_runs_what_was_exported(models_dir, portrait, start, exported):
    """A network to which every face is a man of 73: the node must say so."""
    from face_inference.node import FaceInferenceNode
    from sensor_msgs.msg import CompressedImage
    from signage_common.ros_testing import ros_graph
    from signage_common.ros_topics import FACES_QOS, IMAGE_QOS, ns_to_stamp
    from signage_msgs.msg import FaceArray

    bias = np.append(-((np.arange(101) - 73.0) ** 2) / 8, 5.0).astype(np.float32)
    params = {**start[1], "heads_weight": np.zeros_like(start[1]["heads_weight"]), "heads_bias": bias}
    data = cv2.imencode(".jpg", portrait(scale=1.5))[1].tobytes()
    with ros_graph() as graph:
        settings = {"models_dir": str(models_dir), "age_gender_model": exported(params)}
        graph.add(FaceInferenceNode, namespace="deeplens1", params=settings)
        probe = graph.probe()
        publisher = probe.create_publisher(CompressedImage, "image_raw/compressed", IMAGE_QOS)
        told = []
        probe.create_subscription(FaceArray, "faces", lambda message: told.extend(message.faces), FACES_QOS)

        def publish():
            message = CompressedImage(format="jpeg", data=array.array("B", data))
            message.header.stamp = ns_to_stamp(probe.get_clock().now().nanoseconds)
            publisher.publish(message)

        probe.create_timer(1 / 30, publish)
        graph.spin_until(lambda: any(np.isfinite(face.estimate.age_years) for face in told), what="an estimated age")
    face = next(face for face in told if np.isfinite(face.estimate.age_years))
    assert face.estimate.age_years == pytest.approx(73, abs=1)
    assert face.estimate.gender == 2
