import argparse

import pytest
from signage_cli.verbs import demo, up
from signage_cli.verbs.arguments import OneLineParser, layout_options, positive_seconds, whole_number


def test_a_mistake_is_one_line_and_status_2(capsys):
    with pytest.raises(SystemExit) as end:
        OneLineParser("up", "", "").parse_args(["--wrong"])
    assert end.value.code == 2
    assert capsys.readouterr().err == "error: unrecognized arguments: --wrong; `./signage up --help` says more\n"


@pytest.mark.parametrize("text", ["x", "0", "-1", "inf", "nan"])
def test_seconds_are_above_zero(text):
    with pytest.raises(argparse.ArgumentTypeError, match="expected a number of seconds above 0"):
        positive_seconds(text)


def test_seconds():
    assert positive_seconds("1.5") == 1.5


@pytest.mark.parametrize("verb", [up, demo])
def test_help(verb, capsys):
    with pytest.raises(SystemExit) as end:
        verb.main(["--help"])
    assert end.value.code == 0
    assert "name:=value" in capsys.readouterr().out


def test_how_the_folder_is_read():
    options = argparse.Namespace(layout="csv", columns={"age": "years"}, pattern=None)
    assert layout_options(options).layout == "csv"
    assert layout_options(options).columns.find("age", ["Years"]) == "Years"


def test_whole_numbers():
    assert whole_number(0)("12") == 12
    with pytest.raises(argparse.ArgumentTypeError):
        whole_number(1)("-3")
