import re
import sys

import pytest
from signage_cli.verbs.test import Check, _run, pytest_check, static_checks


def check(name, program, folder):
    return Check(name, [sys.executable, "-c", program], folder)


def test_every_package_of_ours_is_checked_for_types(pytestconfig):
    types = next(each for each in static_checks(pytestconfig.rootpath) if each.name == "types")
    ours = {path.parent.name for path in pytestconfig.rootpath.glob("src/*/package.xml")}
    assert set(types.command) >= ours and "signage_msgs" not in types.command


def test_the_tests_show_what_took_longest(pytestconfig):
    assert pytest_check(pytestconfig.rootpath, ["-k", "presence"]).command[2:] == [
        *("pytest", "--durations=15", "--durations-min=1.0"),
        *("-k", "presence"),
    ]


def test_all_tests_run_side_by_side(pytestconfig):
    assert pytest_check(pytestconfig.rootpath, []).command[-2:] == ["--numprocesses=2", "--dist=loadfile"]


@pytest.mark.parametrize(("status", "said"), [(0, "all checks passed"), (3, "FAILED: second")])
def test_all_run_and_each_says_how_long_it_took(tmp_path, capfd, status, said):
    checks = [check("first", "print('one')", tmp_path), check("second", f"raise SystemExit({status})", tmp_path)]
    assert _run(checks, tmp_path) == bool(status)
    lines = capfd.readouterr().out.splitlines()
    assert re.fullmatch(r"took: first \d+ s, second \d+ s", lines[-2]) and lines[-1] == said


def test_what_was_skipped_is_said_last(tmp_path, capsys):
    (tmp_path / ".pytest_cache").mkdir()
    (tmp_path / ".pytest_cache" / "signage-skipped").write_text("2 skipped: no Chromium")
    _run([], tmp_path)
    assert capsys.readouterr().out.splitlines()[-1] == "2 skipped: no Chromium"
