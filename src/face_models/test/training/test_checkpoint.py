import dataclasses
import io
import os

import numpy as np
import pytest
from face_models.training.checkpoint import Checkpoint, TrainingProgress, load_checkpoint, save_checkpoint
from face_models.training.options import Recipe
from signage_common.errors import ConfigurationError

RECIPE = Recipe(seed=5)
PARAMS = {"heads_weight": np.arange(6, dtype=np.float32).reshape(2, 3), "a/b": np.ones(2, np.float32)}


@pytest.fixture
def path(tmp_path):
    state = {"mean": PARAMS, "square": {name: 2 * value for name, value in PARAMS.items()}}
    progress = TrainingProgress(2, 3, 23, [1.0, 2.0, 3.0, 4.0, 5.0], 4.5, 4.0, 1, [{"epoch": 0, "loss": 4.0}])
    save_checkpoint(tmp_path / "c.npz", Checkpoint(RECIPE, "digest", progress, PARAMS, PARAMS, state))
    return tmp_path / "c.npz"


def test_everything_comes_back(path):
    loaded = load_checkpoint(path, RECIPE, "digest")
    assert (loaded.progress.epoch, loaded.progress.batch, loaded.progress.history[0]["loss"]) == (2, 3, 4.0)
    assert loaded.progress.sums == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert np.array_equal(loaded.params["heads_weight"], PARAMS["heads_weight"])
    assert np.array_equal(loaded.state["square"]["a/b"], 2 * PARAMS["a/b"])
    assert [file.name for file in path.parent.iterdir()] == ["c.npz"]


@pytest.mark.parametrize(
    ("recipe", "digest", "expected"),
    [
        (dataclasses.replace(RECIPE, seed=6), "digest", "started with seed 5, expected the same, got 6"),
        (RECIPE, "other", "expected the same faces and network"),
    ],
)
def test_another_training_is_refused(path, recipe, digest, expected):
    with pytest.raises(ConfigurationError, match=expected):
        load_checkpoint(path, recipe, digest)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nothing", None])
def test_a_broken_file_is_one_line(path, content):
    path.write_bytes(path.read_bytes()[:500] if content is None else content)
    with pytest.raises(ConfigurationError, match="expected a checkpoint of a training"):
        load_checkpoint(path, RECIPE, "digest")


def arrays(**content):
    data = io.BytesIO()
    np.savez(data, **content)
    return data.getvalue()


@pytest.mark.fault
@pytest.mark.parametrize(
    "content",
    [
        arrays(document=np.array("[" * 100_000 + "]" * 100_000)),
        arrays(document=np.array("1")),
        arrays(document=np.zeros(3)),
        arrays(other=np.zeros(3)),
        arrays(document=np.array([{}], object)),
        bytes(10_000),
    ],
    ids=["nested", "a number", "no text", "no document", "pickled", "zeros"],
)
def test_a_checkpoint_with_anything_in_it_is_one_line(path, content):
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match="expected a checkpoint of a training") as told:
        load_checkpoint(path, RECIPE, "digest")
    assert "\n" not in str(told.value) and len(str(told.value)) < 500


@pytest.mark.fault
@pytest.mark.parametrize("make", [lambda path: path.mkdir(), os.mkfifo, lambda path: path.symlink_to("/dev/zero")])
def test_what_is_no_file_is_one_line_at_once(tmp_path, make):
    make(tmp_path / "c.npz")
    with pytest.raises(ConfigurationError, match="expected a checkpoint of a training"):
        load_checkpoint(tmp_path / "c.npz", RECIPE, "digest")
