import argparse

import pytest
from signage_cli.verbs import demo, up
from signage_cli.verbs.parser import OneLineParser, positive_seconds


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
