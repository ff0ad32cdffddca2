import importlib
import subprocess
import sys

import pytest
from face_inference.networks.detectors import DETECTORS
from signage_cli.main import VERBS, VERSION, steps_for
from signage_cli.setup.machine import Layout
from signage_cli.setup.recipe import Recipe
from signage_cli.verbs import setup
from signage_cli.verbs.needs import DETECTOR_NAMES, EXTRAS
from signage_common.errors import ConfigurationError


def call(root, *arguments):
    command = [sys.executable, str(root / "signage"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", timeout=60)


def needs_of(verb, arguments):
    module = importlib.import_module(f"signage_cli.verbs.{verb}")
    return module.needs(module.parse(arguments))


@pytest.fixture
def labelled_folder(tmp_path, monkeypatch):
    """Stand where there is a folder of labelled faces."""
    (tmp_path / "faces").mkdir()
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "status", "out", "err"),
    [
        (["--help"], 0, "usage: ./signage VERB", ""),
        ([], 2, "usage: ./signage VERB", ""),
        (["--version"], 0, f"signage {VERSION}", ""),
        (["demoo"], 2, "", "error: unknown verb 'demoo'; did you mean demo?"),
        (["xyz"], 2, "", "error: unknown verb 'xyz'; expected one of setup, demo"),
        (["setup", "now"], 2, "", "error: setup: unknown extra 'now'; expected no arguments, or detectors"),
        (["doctor", "now"], 2, "", "error: doctor takes no arguments, got 'now'"),
        *(([verb, "--help"], 0, "usage: ./signage", "") for verb in VERBS),
    ],
)
def test_front_door(pytestconfig, arguments, status, out, err):
    answer = call(pytestconfig.rootpath, *arguments)
    assert answer.returncode == status, answer.stderr
    assert answer.stdout.startswith(out)
    assert answer.stderr.startswith(err) and answer.stderr.count("\n") <= 1


def test_doctor_names_every_step(pytestconfig):
    answer = call(pytestconfig.rootpath, "doctor")
    for name in ("machine", "ROS 2", "cmake", "Virtual environment", "Models", "Page", "camera"):
        assert name in answer.stdout


@pytest.mark.parametrize(
    ("verb", "arguments", "extras"),
    [
        ("bench", [], ["detectors"]),
        ("bench", ["--json", "pipeline"], ["detectors"]),
        ("bench", ["detectors", "--quick"], ["detectors"]),
        ("bench", ["--repeat", "3", "detectors"], ["detectors"]),
        ("bench", ["all"], ["detectors"]),
        ("bench", ["pipeline", "--json", "detectors"], []),
        ("bench", ["--minutes", "1", "pipeline"], []),
        ("up", ["source:=photos", "detector:=dlib"], ["detectors"]),
        ("demo", ["detector:=face_recognition-cnn"], ["detectors"]),
        ("up", ["detector:=haar"], []),
        ("up", [], []),
        ("test", ["-k", "presence"], ["detectors"]),
        ("evaluate", ["faces", "--source", "detectors"], []),
    ],
)
def test_what_a_verb_needs(labelled_folder, verb, arguments, extras):
    assert list(needs_of(verb, arguments).extras) == extras


def test_the_names_are_those_of_detectors():
    assert set(DETECTOR_NAMES) == {name for name in DETECTORS if name.startswith(("dlib", "face_recognition"))}


def test_extras_by_name():
    assert setup.parse([]).extras == [] and setup.parse(list(EXTRAS)).extras == list(EXTRAS)
    with pytest.raises(
        ConfigurationError, match="setup: unknown extra 'detektors'; expected no arguments, or detectors"
    ):
        setup.parse(["detektors"])


@pytest.mark.parametrize(
    ("verb", "arguments", "packages"),
    [
        ("demo", [], set()),
        ("demo", ["--seconds", "30"], set()),
        ("demo", ["--snapshot", "sign.png"], {"browser"}),
        ("demo", ["--snapshot=sign.png"], {"browser"}),
        ("up", [], set()),
        ("bench", ["pipeline"], {"browser"}),
        ("test", [], {"browser", "test", "detectors"}),
        ("train", ["faces"], set()),
    ],
)
def test_only_what_drives_a_browser_or_checks_installs_packages_for_it(
    pytestconfig, labelled_folder, tmp_path, verb, arguments, packages
):
    recipe = Recipe(Layout(pytestconfig.rootpath, tmp_path), sys.executable, "3.11", None)
    names = {step.name for step in steps_for(recipe, needs_of(verb, arguments))}
    wanted = {"ros", "nodes", "tools", *packages}
    assert {name.removeprefix("packages-") for name in names if name.startswith("packages-")} == wanted
