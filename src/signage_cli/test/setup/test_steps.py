"""The steps of a real installation, without performing the long ones."""

import io
import sys

import pytest
from signage_cli.setup.layout import Layout
from signage_cli.setup.progress import Progress
from signage_cli.setup.steps import Recipe


@pytest.fixture
def recipe(tmp_path):
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return Recipe(Layout(tmp_path / "clone", tmp_path / "home"), sys.executable, version, None)


def test_an_interrupted_install_makes_the_environment_anew(recipe):
    environment = recipe.environment()
    environment.perform(Progress(1, io.StringIO()))
    assert environment.is_done()
    spoilt = recipe.layout.venv / "spoilt"
    spoilt.touch()
    mark = recipe.layout.venv / "stamps" / "packages-run.begun"
    mark.touch()
    assert not environment.is_done()
    environment.perform(Progress(1, io.StringIO()))
    assert environment.is_done() and not spoilt.exists() and not mark.exists()


def test_every_running_step_has_a_title_and_a_stamp_of_its_own(recipe, monkeypatch, pytestconfig):
    whole = Recipe(Layout(pytestconfig.rootpath, recipe.layout.home), sys.executable, recipe.python_version, None)
    steps = [*whole.running(), *whole.checking()]
    assert len({step.title for step in steps}) == len({step.stamp for step in steps}) == len(steps)
    assert all(step.fingerprint() == step.fingerprint() for step in steps)
