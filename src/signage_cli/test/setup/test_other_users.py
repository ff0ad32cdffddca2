"""An installation that is another user's, on a read-only disk, or in a folder that can't be."""

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from signage_cli.setup.machine import Layout
from signage_cli.setup.products import workspace_fingerprint
from signage_cli.setup.steps import Step, ensure, why_not_writable
from signage_cli.verbs import doctor
from signage_common.errors import ConfigurationError
from signage_common.process_testing import let_others_in

pytestmark = pytest.mark.fault
NOBODY = 65534
READ_ONLY = """
mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"
"""
ENSURE = """
import sys
from pathlib import Path
from signage_cli.setup.machine import Layout
from signage_cli.setup.steps import Step, ensure
from signage_common.errors import exit_status_of
folder = Path(sys.argv[1])
step = Step("film", "Demo film", folder / "home" / "film.stamp", lambda: sys.argv[2], [], lambda step: None)
sys.exit(exit_status_of(lambda: ensure(Layout(folder / "clone", folder / "home"), [step])))
"""


@pytest.fixture
def installed(tmp_path):
    """An installation that root has made, in which a film is due if its inputs are no longer ``as made``."""
    layout = Layout(tmp_path / "clone", tmp_path / "home")
    for folder in (layout.root, layout.home):
        folder.mkdir()
    (layout.home / "film.stamp").write_text("as made")
    let_others_in(tmp_path)
    return layout


def film(layout, now):
    return Step("film", "Demo film", layout.home / "film.stamp", lambda: now, [], lambda step: None)


def everything_below(layout):
    return sorted(str(path) for path in layout.root.parent.rglob("*"))


@contextmanager
def as_nobody():
    if os.geteuid() != 0:
        pytest.skip("needs root, to be somebody else for a moment")
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def test_another_user_writes_nothing_where_nothing_is_to_be_made(installed):
    before = everything_below(installed)
    with as_nobody():
        ensure(installed, [film(installed, "as made")])
    assert everything_below(installed) == before


@pytest.mark.parametrize("place", ["root", "home"])
def test_what_another_user_would_have_to_make_is_one_line(installed, place):
    mine = installed.home if place == "root" else installed.root
    os.chown(mine, NOBODY, NOBODY)
    before = everything_below(installed)
    with as_nobody(), pytest.raises(ConfigurationError) as caught:
        ensure(installed, [film(installed, "changed")])
    line = str(caught.value)
    assert str(getattr(installed, place)) in line and "Permission denied" in line and "Demo film" in line
    assert "`./signage setup` by root makes them" in line and "\n" not in line
    assert everything_below(installed) == before


@pytest.mark.parametrize(("now", "status"), [("as made", 0), ("changed", 2)])
def test_a_read_only_disk(installed, now, status):
    folder = str(installed.root.parent)
    can_mount = shutil.which("unshare") and subprocess.run(
        ["unshare", "-m", "sh", "-c", READ_ONLY, "sh", folder, "true"], capture_output=True, check=False
    )
    if not can_mount or can_mount.returncode != 0:
        pytest.skip("needs the right to mount")
    command = ["unshare", "-m", "sh", "-c", READ_ONLY, "sh", folder, sys.executable, "-c", ENSURE, folder, now]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stderr
    expected = ["Read-only file system", "Demo film"] if status else []
    assert done.stderr.count("\n") == len(expected[:1]) and all(word in done.stderr for word in expected)


IMPOSSIBLE = ["/dev/null", "/dev/null/signs", "/proc/signs", "{file}", "{file}/signs"]


@pytest.fixture(params=IMPOSSIBLE)
def impossible(request, tmp_path):
    (tmp_path / "file").touch()
    return Path(request.param.format(file=tmp_path / "file"))


def test_an_impossible_home_is_one_line_that_names_what_sets_it(impossible, tmp_path):
    layout = Layout(tmp_path, impossible)
    step = Step("film", "Demo film", tmp_path / "film.stamp", str, [], lambda step: None)
    with pytest.raises(ConfigurationError) as caught:
        ensure(layout, [step])
    line = str(caught.value)
    assert line.startswith(f"SIGNAGE_HOME {impossible}: ") and "\n" not in line


def test_the_doctor_says_that_it_is_impossible(impossible, tmp_path):
    state, name, detail = doctor.finding_of_home(impossible)
    assert (state, name) == (doctor.MISSING, "home") and str(impossible) in detail and "SIGNAGE_HOME" in detail


def test_the_doctor_takes_a_home_that_can_be_made_and_makes_nothing(tmp_path):
    home = tmp_path / "a" / "b"
    assert doctor.finding_of_home(home) == (doctor.OK, "home", str(home))
    assert list(tmp_path.iterdir()) == []


def test_the_doctor_says_whose_home_it_is(installed):
    with as_nobody():
        state, _, detail = doctor.finding_of_home(installed.home)
    assert state == doctor.NOTE and "of another user" in detail


def test_trying_leaves_nothing(tmp_path):
    assert why_not_writable(tmp_path) == why_not_writable(tmp_path / "new") == ""
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def closed_python(tmp_path):
    """An environment whose Python lies, behind two links, where only root may look."""
    layout = Layout(tmp_path / "clone", tmp_path / "home")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    for name, leads_to in (("python3.11", "python3"), ("python3", sys.executable)):
        (closed / name).symlink_to(leads_to)
    layout.python.parent.mkdir(parents=True)
    layout.python.symlink_to(closed / "python3.11")
    (layout.venv / "pyvenv.cfg").write_text(f"home = {closed}\n")
    (layout.root / "src").mkdir()
    let_others_in(tmp_path)
    return layout


def test_what_leads_to_where_this_user_may_not_look_is_there(closed_python, tmp_path):
    stamp = tmp_path / "stamp"
    stamp.write_text("as made")
    step = Step("environment", "Environment", stamp, lambda: "as made", [closed_python.python], lambda step: None)
    with as_nobody():
        with pytest.raises(PermissionError):
            closed_python.python.stat()
        assert step.is_done()


def test_the_workspace_is_as_made_for_a_user_who_may_not_look_where_its_python_lies(closed_python):
    before = workspace_fingerprint(closed_python, [])
    with as_nobody():
        assert workspace_fingerprint(closed_python, []) == before
    (closed_python.venv / "pyvenv.cfg").write_text("home = /usr/bin\n")
    assert workspace_fingerprint(closed_python, []) != before
