import argparse
import os

import pytest
from signage_cli.verbs import demo, up
from signage_cli.verbs.arguments import OneLineParser, layout_options, output_file, positive_seconds, whole_number


def test_a_mistake_is_one_line_and_status_2(capsys):
    with pytest.raises(SystemExit) as end:
        OneLineParser("up", "", "").parse_args(["--wrong"])
    assert end.value.code == 2
    assert capsys.readouterr().err == "error: unrecognized arguments: --wrong; `./signage up --help` says more\n"


@pytest.mark.fault
@pytest.mark.parametrize(("name", "reason"), [("x" * 300, "File name too long"), ("pipe", "this is a pipe or device")])
def test_a_file_that_can_not_be_written_is_a_mistake(name, reason, tmp_path, capsys):
    os.mkfifo(tmp_path / "pipe")
    parser = OneLineParser("up", "", "")
    parser.add_argument("out", type=output_file)
    with pytest.raises(SystemExit) as end:
        parser.parse_args([str(tmp_path / name)])
    assert end.value.code == 2
    said = capsys.readouterr().err
    assert reason in said and said.count("\n") == 1 and (tmp_path / "pipe").is_fifo()


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


@pytest.mark.fault
@pytest.mark.parametrize("verb", [up, demo])
def test_launch_arguments_may_stand_before_and_after_options(verb):
    option = {up: "--show-args", demo: "--verbose"}[verb]
    assert verb.parse(["fps:=5", option, "source:=x"]).arguments == ["fps:=5", "source:=x"]


@pytest.mark.fault
@pytest.mark.parametrize("word", ["--wron", "--wrong-one", "-w"])
def test_no_option_is_guessed_from_its_beginning(word, capsys):
    parser = OneLineParser("up", "", "")
    parser.add_argument("--wrong")
    with pytest.raises(SystemExit):
        parser.parse_args([word, "x"])
    assert f"unrecognized arguments: {word}" in capsys.readouterr().err


@pytest.mark.fault
@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("no/such/x.json", "its folder does not exist"),
        ("folder", "this is a folder"),
        ("file/x.json", "does not exist"),
    ],
)
def test_a_file_that_can_not_be_written_is_refused(tmp_path, place, reason):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(argparse.ArgumentTypeError, match=reason):
        output_file(str(tmp_path / place))
    assert output_file(str(tmp_path / "x.json")) == tmp_path / "x.json"
