import contextlib
import os
import shutil
import signal
import stat
import sys
import tempfile
from pathlib import Path

import pytest
from signage_common.process_testing import ProgramUnderTest
from signage_launch.processes.run_folder import RunFolder

pytestmark = pytest.mark.fault
NOBODY = 65534
HOLD = """
import time
from signage_launch.processes.run_folder import RunFolder
print(RunFolder().write("p.yaml", "secret"), flush=True)
time.sleep(1000)
"""


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("SIGNAGE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path / "home"


@pytest.fixture
def folder():
    with contextlib.closing(RunFolder()) as folder:
        yield folder


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_files_are_the_users_own_whatever_the_umask(folder, home):
    before = os.umask(0)
    try:
        path = folder.write("p.yaml", "한국")
    finally:
        os.umask(before)
    assert (mode(path), mode(path.parent), mode(path.parent.parent)) == (0o600, 0o700, 0o700)
    assert path.parent.parent == home / "run" and path.read_text(encoding="utf-8") == "한국"


def test_a_file_is_written_anew_though_somebody_removed_it_or_the_folder_or_all(folder, home):
    path = folder.write("p.yaml", "one")
    path.unlink()
    assert folder.write("p.yaml", "two").read_text() == "two"
    shutil.rmtree(folder.path())
    assert folder.write("p.yaml", "three").read_text() == "three"
    shutil.rmtree(home)
    assert folder.write("p.yaml", "four").read_text() == "four"


def test_nothing_is_written_through_a_link_that_somebody_put_there(folder, tmp_path):
    path = folder.write("p.yaml", "one")
    path.unlink()
    path.symlink_to(tmp_path / "elsewhere")
    assert folder.write("p.yaml", "two").read_text() == "two" and not (tmp_path / "elsewhere").exists()


def test_the_end_leaves_nothing(home):
    folder = RunFolder()
    folder.write("p.yaml", "one")
    folder.close()
    assert list((home / "run").iterdir()) == []


def test_what_a_killed_launch_left_goes_with_the_next_start_and_what_a_living_one_has_stays(home):
    with ProgramUnderTest([sys.executable, "-c", HOLD]) as program:
        program.wait_for("p.yaml")
        left = list((home / "run").iterdir())
        assert len(left) == 1
        with contextlib.closing(RunFolder()) as folder:
            folder.write("p.yaml", "mine")
            assert left[0].exists() and len(list((home / "run").iterdir())) == 2
        program.end(signal.SIGKILL)
        assert left[0].exists()
        RunFolder().close()
        assert list((home / "run").iterdir()) == []


def test_the_runtime_folder_of_the_session_comes_first_if_it_is_there_and_ours(home, tmp_path, monkeypatch):
    runtime = tmp_path / "runtime"
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    with contextlib.closing(RunFolder()) as folder:
        assert folder.path().parent == home / "run" and not runtime.exists()
    runtime.mkdir()
    with contextlib.closing(RunFolder()) as folder:
        assert folder.path().parent == runtime / "signage"
        shutil.rmtree(runtime)
        assert folder.write("p.yaml", "moved").parent.parent == home / "run"


@pytest.fixture
def open_folder(monkeypatch):
    """A folder that every user may reach and write to, for temporary files."""
    if os.geteuid() != 0:
        pytest.skip("needs root, to become another user")
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o1777)
        monkeypatch.setattr("tempfile.tempdir", folder)
        yield Path(folder)


def test_where_the_home_is_not_ours_it_is_beside_temporary_files_and_never_in_a_folder_of_another(open_folder):
    taken = open_folder / f"signage-{NOBODY}"
    os.seteuid(NOBODY)
    try:
        with contextlib.closing(RunFolder()) as folder:
            assert folder.write("p.yaml", "mine").parent.parent == taken
            assert mode(taken) == 0o700
        taken.rmdir()
        os.seteuid(0)
        taken.mkdir(mode=0o777)
        os.seteuid(NOBODY)
        with pytest.raises(PermissionError, match="another user's"):
            RunFolder().path()
    finally:
        os.seteuid(0)
