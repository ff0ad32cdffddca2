import os
import subprocess
import sys
from pathlib import Path

import pytest
from signage_cli.verbs.bench import options_of, parse, plot_file


def bench(*arguments, **env):
    command = [sys.executable, "-m", "signage_cli.verbs.bench", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env={**os.environ, **env})


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["detektors"], "unknown bench 'detektors'; expected one of pipeline, detectors"),
        (["detectors", "--repeat", "0"], "expected a number from 1 to 10000, got '0'"),
        (["detectors", "--repeat", "often"], "expected a number from 1 to 10000, got 'often'"),
        (["pipeline", "--minutes", "0"], "expected minutes above 0, got '0'"),
        (["pipeline", "--minutes", "soon"], "expected minutes above 0, got 'soon'"),
        (["pipeline", "--minutes", "nan"], "expected minutes above 0, got 'nan'"),
        (["pipeline", "--json", "/no/such/folder/x.json"], "/no/such/folder/x.json: its folder does not exist"),
        (["journal", "--kills", "-1"], "expected a whole number from 0 on, got '-1'"),
        (["journal", "--kills", "1e3"], "expected a whole number from 0 on, got '1e3'"),
        (["--fast"], "unrecognized arguments: --fast"),
    ],
)
def test_wrong_arguments_are_one_line(arguments, expected):
    answer = bench(*arguments)
    assert answer.returncode == 2
    assert answer.stderr.startswith("error: ") and expected in answer.stderr and answer.stderr.count("\n") == 1


def test_without_the_film_one_line_names_the_command_that_makes_it(tmp_path):
    answer = bench("pipeline", SIGNAGE_HOME=str(tmp_path))
    assert answer.returncode == 2
    assert answer.stderr == f"error: {tmp_path}/film/demo.mp4: not found; `./signage setup` makes it\n"


@pytest.mark.parametrize(
    ("arguments", "kills"), [([], 1000), (["--quick"], 30), (["--quick", "--kills", "0"], 0), (["--kills", "7"], 7)]
)
def test_how_often_is_killed(arguments, kills):
    assert options_of(parse(["journal", *arguments]), "journal").kills == kills


def test_each_of_several_benches_draws_into_a_file_of_its_own(tmp_path, monkeypatch):
    (tmp_path / "a").mkdir()
    monkeypatch.chdir(tmp_path)
    one, several = parse(["detectors", "--plot", "a/b.png"]), parse(["--plot", "a/b.png"])
    assert plot_file(one, "detectors") == Path("a/b.png")
    assert [plot_file(several, name) for name in ("pipeline", "detectors")] == [
        Path("a/b-pipeline.png"),
        Path("a/b-detectors.png"),
    ]
    assert plot_file(parse([]), "pipeline") is None
