import os
from pathlib import Path

import pytest
from signage_catalogue.files import file_state, open_file, read_file


def test_file_state_shows_time_size_and_inode(tmp_path):
    path = tmp_path / "file"
    assert file_state(path) is None
    path.write_text("a")
    os.utime(path, ns=(1, 5))
    assert file_state(path)[:2] == (5, 1)
    assert file_state(tmp_path / "nul\0") is None


@pytest.mark.fault
def test_permissions_that_change_change_the_state(tmp_path):
    path = tmp_path / "file"
    path.write_text("a")
    before = file_state(path)
    path.chmod(0o600)
    assert file_state(path) != before


@pytest.mark.fault
@pytest.mark.parametrize(
    "path", ["/dev/null", "/dev/full", "/dev/zero", ".", "gone", "nul\0", "x" * 300], ids=lambda path: repr(path)[:12]
)
def test_what_is_no_regular_file_is_an_error_of_the_system_and_never_waited_for(tmp_path, monkeypatch, path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OSError, match=r"regular file|No such file|null byte|too long"):
        read_file(Path(path), 10)


@pytest.mark.fault
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a regular file"):
        open_file(tmp_path / "pipe")


def test_the_first_bytes(tmp_path):
    (tmp_path / "file").write_bytes(b"abc")
    assert [read_file(tmp_path / "file", most) for most in (0, 2, 9)] == [b"", b"ab", b"abc"]
