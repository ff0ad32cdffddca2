import importlib
import os
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


def shell(root, words, redirect, **env):
    """Call ./signage by a shell, with its output redirected; return exit status, output and errors."""
    command = ["bash", "-c", f'"$0" "$@" {redirect}', str(root / "signage"), *words]
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    done = subprocess.run(command, capture_output=True, env={**clean, **env}, check=False, timeout=60)
    return done.returncode, done.stdout, done.stderr.decode(errors="surrogateescape")


SAYING = [["--help"], ["--version"], ["doctor"], *([verb, "--help"] for verb in VERBS)]


@pytest.mark.fault
@pytest.mark.parametrize("words", SAYING, ids=" ".join)
def test_whoever_does_not_read_is_no_mistake(pytestconfig, words):
    _, _, errors = shell(pytestconfig.rootpath, words, "| true")
    assert errors == ""


@pytest.mark.fault
@pytest.mark.parametrize("words", SAYING, ids=" ".join)
def test_a_full_disk_is_one_line(pytestconfig, words):
    status, _, errors = shell(pytestconfig.rootpath, words, ">/dev/full")
    assert (status, errors) == (1, "error: standard output: No space left on device\n")


@pytest.mark.fault
@pytest.mark.parametrize("redirect", [">&-", "2>&-", "<&-", ">&- 2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(
    ("words", "status"), [(["--version"], 0), (["up", "--show-args"], 0), (["up", "sorce:=x"], 2), (["swim"], 2)]
)
def test_what_is_closed_changes_nothing(pytestconfig, words, status, redirect):
    ended, _, errors = shell(pytestconfig.rootpath, words, redirect)
    assert ended == status and "Traceback" not in errors


@pytest.mark.fault
@pytest.mark.parametrize("encoding", [{}, {"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C"}, {"LANG": "C", "LC_ALL": ""}])
@pytest.mark.parametrize("name", ["OWNER", "HOME", "SIGNAGE_HOME", "LANG", "GIT_CONFIG_GLOBAL", "DISPLAY"])
def test_bytes_that_are_no_text_break_nothing(pytestconfig, tmp_path, name, encoding):
    env = {**encoding, name: f"{tmp_path}/Jos\udce9"}
    for words in (["--version"], ["doctor"]):
        status, out, errors = shell(pytestconfig.rootpath, words, "", **env)
        assert errors == "" and out and status in (0, 1)
    if name in ("SIGNAGE_HOME", "DISPLAY"):
        assert b"/Jos\xe9" in out  # as it came


@pytest.mark.fault
def test_a_git_that_complains_in_no_text_is_not_heard(pytestconfig, tmp_path):
    config = tmp_path / "gitconfig"
    config.write_bytes(b"[core\nJos\xe9")
    status, out, errors = shell(pytestconfig.rootpath, ["--version"], "", GIT_CONFIG_GLOBAL=str(config))
    assert (status, out.strip(), errors) == (0, f"signage {VERSION}".encode(), "")


WRONG = [
    (["demo", "--snap", "x.png"], "unrecognized arguments: --snap"),
    (["demo", "--snapshot=x.jpg"], "expected the name of a .png file"),
    (["demo", "--snapshot=/no/such/folder/x.png"], "expected the name of a .png file"),
    (["demo", "--snapshot"], "expected one argument"),
    (["demo", "--seconds", "soon"], "expected a number of seconds above 0, got 'soon'"),
    (["demo", "--sec", "3"], "unrecognized arguments: --sec"),
    (["demo", "sorce:=x"], "unknown launch argument 'sorce'; did you mean source?"),
    (["up", "profile:=odd"], "launch argument profile: expected one of default, fast, close-up"),
    (["up", "source=x"], "expected NAME:=VALUE"),
    (["up", "--show"], "unrecognized arguments: --show"),
    (["bench", "--minutes", "x"], "expected minutes above 0, got 'x'"),
    (["bench", "detektors"], "unknown bench 'detektors'; expected one of pipeline, detectors"),
    (["bench", "pipeline", "--json", "/no/such/folder/x.json"], "/no/such/folder/x.json: its folder does not exist"),
    (["bench", "--qui"], "unrecognized arguments: --qui"),
    (["evaluate"], "the following arguments are required: DIR"),
    (["evaluate", "/no/such/faces"], "/no/such/faces: expected a folder of labelled faces"),
    (["evaluate", "/", "--balance=0"], "expected a whole number from 1 on, got '0'"),
    (["evaluate", "/", "--json=/no/such/folder/x.json"], "/no/such/folder/x.json: its folder does not exist"),
    (["train", "/", "--epochs", "many"], "expected a whole number from 1 on, got 'many'"),
    (["train", "/no/such/faces"], "/no/such/faces: expected a folder of labelled faces"),
    (["setup", "--quick"], "unrecognized arguments: --quick"),
    (["setup", "detector"], "unknown extra 'detector'"),
    (["doctor", "--fix"], "unrecognized arguments: --fix"),
]


@pytest.mark.fault
@pytest.mark.parametrize(("words", "message"), WRONG, ids=[" ".join(words) for words, _ in WRONG])
def test_wrong_arguments_are_refused_before_anything_is_made(pytestconfig, tmp_path, words, message):
    env = {"SIGNAGE_HOME": str(tmp_path / "home"), "HOME": str(tmp_path)}
    status, out, errors = shell(pytestconfig.rootpath, words, "", **env)
    assert (status, out, errors.count("\n")) == (2, b"", 1) and errors.startswith("error: ")
    assert message in errors
    assert list(tmp_path.iterdir()) == []


@pytest.mark.fault
@pytest.mark.parametrize(
    ("verb", "arguments", "browser"),
    [
        ("demo", ["--snapshot=sign.png"], True),
        ("demo", ["--seconds=3", "--snapshot", "sign.png", "source:=synthetic"], True),
        ("demo", ["source:=--snapshot"], False),
        ("up", ["source:=--snapshot"], False),
        ("bench", ["--minutes=1", "pipeline"], True),
    ],
)
def test_what_is_installed_follows_from_arguments_that_were_read(labelled_folder, verb, arguments, browser):
    assert needs_of(verb, arguments).browser == browser


@pytest.mark.fault
@pytest.mark.parametrize(
    ("arguments", "extras"),
    [
        (["detector:=dlib", "detector:=ssd"], ()),
        (["detector:=ssd", "detector:=dlib"], ("detectors",)),
        (["source:=detector:=dlib"], ()),
    ],
)
def test_the_last_of_one_launch_argument_counts(arguments, extras):
    assert needs_of("up", arguments).extras == extras
