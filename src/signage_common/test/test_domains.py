import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from signage_common.domains import LAST_DOMAIN, reserved_domain
from signage_common.errors import SignageError
from signage_common.process_testing import let_others_in

NOBODY = 65534
ASK = "from signage_common.domains import reserved_domain\nwith reserved_domain() as domain_id: print(domain_id)"


@pytest.fixture
def locks(tmp_path, monkeypatch):
    """A folder for temporary files that all users have."""
    folder = tmp_path / "everybodys"
    folder.mkdir()
    folder.chmod(0o1777)
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def test_a_domain_is_given_back(locks):
    with reserved_domain() as first:
        with reserved_domain() as second:
            assert second != first
        with reserved_domain() as third:
            assert third == second


@pytest.mark.fault
def test_what_ends_the_block_passes_through(locks):
    with pytest.raises(BlockingIOError), reserved_domain():
        raise BlockingIOError


def test_no_domain_left_is_one_line(locks):
    reserved = [reserved_domain() for _ in range(LAST_DOMAIN)]
    for each in reserved:
        each.__enter__()
    with pytest.raises(SignageError, match="no free ROS domain id from 1 to 101"), reserved_domain():
        pass
    for each in reserved:
        each.__exit__(None, None, None)


@pytest.mark.fault
@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("setpriv") is None, reason="needs root and setpriv")
def test_users_of_one_machine_never_share_a_domain(locks, tmp_path):
    python = next((path for path in ("/usr/bin/python3", sys.executable) if Path(path).exists()), sys.executable)
    sources = tmp_path / "sources"
    shutil.copytree(Path(sys.modules["signage_common"].__file__).parent, sources / "signage_common")
    let_others_in(tmp_path)
    other = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", python, "-B", "-c", ASK]
    env = {"PATH": os.environ["PATH"], "TMPDIR": str(locks), "PYTHONPATH": str(sources)}
    with reserved_domain() as ours:
        theirs = subprocess.run(other, env=env, capture_output=True, text=True, check=True).stdout
    assert int(theirs) != ours
    with reserved_domain() as ours:
        assert ours == 1  # another user's lock file is no lock
