"""Training with the real network on real faces: it learns, a break changes nothing, the node takes the result."""

from __future__ import annotations

import dataclasses
import io
import re
import signal
import sys
from pathlib import Path

import numpy as np
import pytest
from face_inference.networks.age_gender import AgeGenderNet
from face_models.labelled.faces import LabelledFace
from face_models.labelled.images import read_image
from face_models.training import loop
from face_models.training.examples import Example, plain_batches
from face_models.training.network import make_block, mx, to_mxnet
from face_models.training.options import Recipe, TrainingOptions
from face_models.training.run import train
from rich.console import Console
from signage_common.demographics import Gender
from signage_common.errors import ConfigurationError
from signage_common.process_testing import ProgramUnderTest, wait_until

RECIPE = Recipe(epochs=2, batch=8, learning_rate=1e-3, warm_up_steps=2, faces_per_epoch=32, patience=5)


class CutError(Exception):
    """Training was cut off."""


def run(options: TrainingOptions) -> str:
    text = io.StringIO()
    train(options, Console(file=text, width=160))
    return text.getvalue()


@pytest.fixture(scope="module")
def options(labelled_folder: Path, models_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> TrainingOptions:
    out = tmp_path_factory.mktemp("trained") / "small"
    return TrainingOptions(labelled_folder, models_dir, out, recipe=RECIPE, json=out.with_name("figures.json"))


@pytest.fixture(scope="module")
def said(options: TrainingOptions) -> str:
    """What a training without a break says."""
    return run(options)


def params_of(options: TrainingOptions) -> dict[str, np.ndarray]:
    return {name: value.asnumpy() for name, value in mx.nd.load(str(options.beside("-0000.params"))).items()}


def test_the_loss_falls_on_faces_that_were_not_learned_from(said: str, options: TrainingOptions) -> None:
    best, start = re.search(r"watched loss (\S+), at the start (\S+)", said).groups()
    assert float(best) < 0.8 * float(start)
    assert "epoch 1: loss" in said and "epoch 2: loss" in said
    assert not options.beside("-checkpoint.npz").exists()
    assert options.json.exists()


def test_after_a_break_the_result_is_the_same(
    said: str, options: TrainingOptions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = dataclasses.replace(options, out=tmp_path / "again", json=None)
    monkeypatch.setattr(loop, "STEPS_PER_CHECKPOINT", 1)
    step = loop.Training._step

    def cut_after(training: loop.Training, batch: object) -> None:
        if training.progress.step == 5:  # one step into the second epoch
            raise CutError
        step(training, batch)

    with monkeypatch.context() as patched, pytest.raises(CutError):
        patched.setattr(loop.Training, "_step", cut_after)
        run(again)
    with pytest.raises(ConfigurationError, match="--resume goes on"):
        run(again)
    resumed = run(dataclasses.replace(again, resume=True))
    assert "going on in epoch 2, batch 2" in resumed
    expected, got = params_of(options), params_of(again)
    assert all(np.array_equal(expected[name], got[name]) for name in expected)
    assert re.findall("epoch 2: .*", resumed) == re.findall("epoch 2: .*", said)


def test_another_recipe_or_other_faces_do_not_resume(
    options: TrainingOptions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut = dataclasses.replace(options, out=tmp_path / "cut", json=None)
    monkeypatch.setattr(loop, "STEPS_PER_CHECKPOINT", 1)
    with monkeypatch.context() as patched, pytest.raises(CutError):
        patched.setattr(loop.Training, "_end_epoch", lambda training: (_ for _ in ()).throw(CutError))
        run(cut)
    resume = dataclasses.replace(cut, resume=True)
    with pytest.raises(ConfigurationError, match="was started with batch 8"):
        run(dataclasses.replace(resume, recipe=dataclasses.replace(RECIPE, batch=4)))
    cut.beside("-checkpoint.npz").write_bytes(b"PK nothing")
    with pytest.raises(ConfigurationError, match="expected a checkpoint"):
        run(resume)


def test_the_export_answers_as_the_trained_network(said: str, options: TrainingOptions, labelled_folder: Path) -> None:
    pictures = sorted(labelled_folder.glob("*.jpg"))[:6]
    net = AgeGenderNet(options.models_dir, options.new_model)
    whole = np.array([0, 0, 120, 120], np.float32)
    params = {name.removeprefix("arg:"): value for name, value in params_of(options).items()}
    block = make_block((options.models_dir / "age-gender-symbol.json").read_text(), params)
    examples = [Example(_face(path), whole) for path in pictures]
    (batch,) = plain_batches(examples, RECIPE)
    logits = block(to_mxnet(batch.planes))
    ages = (mx.nd.softmax(logits[:, :101]).asnumpy() * np.arange(101)).sum(1)
    males = 1 / (1 + np.exp(-logits[:, 101].asnumpy()))
    for path, age, male in zip(pictures, ages, males, strict=True):
        estimate = net.estimate(read_image(path), whole[None])
        assert estimate.age_years[0] == pytest.approx(age, abs=1e-3)
        assert estimate.male_probability[0] == pytest.approx(male, abs=1e-5)


def _face(path: Path) -> LabelledFace:
    return LabelledFace(path, Gender.FEMALE, 20.0)


def test_too_few_persons_are_one_line(models_dir: Path, labelled_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text(f"path,age,gender,subject\n{labelled_folder}/00-0.jpg,20,f,one\n")
    with pytest.raises(ConfigurationError, match="faces of 5 or more persons, got 1"):
        run(TrainingOptions(tmp_path, models_dir, tmp_path / "out"))


@pytest.mark.fault
def test_the_folder_of_the_result_is_made_and_nothing_trained_is_lost(
    options: TrainingOptions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = dataclasses.replace(RECIPE, epochs=1, faces_per_epoch=8)
    first = dataclasses.replace(options, out=tmp_path / "new" / "folder" / "net", json=None, recipe=short)
    run(first)
    before = first.beside("-0000.params").read_bytes()
    for again in (first, dataclasses.replace(first, resume=True)):
        with pytest.raises(ConfigurationError, match=r"net-0000\.params: a network that was trained is here.*--force"):
            run(again)
    assert first.beside("-0000.params").read_bytes() == before
    forced = dataclasses.replace(first, force=True, recipe=dataclasses.replace(short, seed=1))
    monkeypatch.setattr(loop, "STEPS_PER_CHECKPOINT", 1)
    with monkeypatch.context() as patched, pytest.raises(CutError):
        patched.setattr(loop.Training, "_end_epoch", lambda training: (_ for _ in ()).throw(CutError))
        run(forced)
    assert first.beside("-0000.params").read_bytes() == before
    with pytest.raises(ConfigurationError, match="--resume goes on, --force begins"):
        run(dataclasses.replace(forced, force=False))
    run(forced)
    assert first.beside("-0000.params").read_bytes() != before


@pytest.mark.fault
@pytest.mark.parametrize("name", ["file/net", "/proc/no/net"])
def test_a_folder_that_can_not_be_made_is_one_line(options: TrainingOptions, tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match=r"--out: .*expected a folder that can be made"):
        run(dataclasses.replace(options, out=tmp_path / name, json=None))


TRAIN = """
import sys
from pathlib import Path
from face_models.training.options import Recipe, TrainingOptions
from face_models.training.run import train
from rich.console import Console
folder, models_dir, out, resume = sys.argv[1:]
recipe = Recipe(epochs=2, batch=8, faces_per_epoch=16, seed=4)
train(TrainingOptions(Path(folder), Path(models_dir), Path(out), recipe=recipe, resume=resume == "resume"), Console())
"""


def test_a_killed_process_goes_on(options: TrainingOptions, tmp_path: Path) -> None:
    recipe = Recipe(epochs=2, batch=8, faces_per_epoch=16, seed=4)
    command = [sys.executable, "-c", TRAIN, options.folder, options.models_dir, tmp_path / "net"]
    with ProgramUnderTest([*command, "begin"]) as killed:

        def has_checkpoint() -> bool:
            assert killed.process.poll() is None, killed.errors
            return (tmp_path / "net-checkpoint.npz").exists()

        wait_until(has_checkpoint, "a checkpoint", timeout_s=120)
        killed.end(signal.SIGKILL)
    assert not (tmp_path / "net-0000.params").exists()
    with ProgramUnderTest([*command, "resume"]) as resumed:
        assert (resumed.wait(120), resumed.errors) == (0, "")
    assert any("going on in epoch 2, batch 1" in line for line in resumed.lines)
    whole = dataclasses.replace(options, out=tmp_path / "whole", recipe=recipe, json=None)
    run(whole)
    expected, got = params_of(whole), params_of(dataclasses.replace(whole, out=tmp_path / "net"))
    assert all(np.array_equal(expected[name], got[name]) for name in expected)
