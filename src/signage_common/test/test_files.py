import os
from pathlib import Path

import pytest
from signage_common.files import read_file, written_whole


def test_it_takes_its_name_at_the_end_of_the_block(tmp_path):
    path = tmp_path / "film.webm"
    path.write_text("old")
    with written_whole(path) as partial:
        assert (partial.parent, partial.suffix) == (path.parent, ".webm")
        partial.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new" and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("is_begun", [False, True])
def test_a_block_that_fails_leaves_nothing_behind(tmp_path, is_begun):
    path = tmp_path / "film.webm"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt), written_whole(path) as partial:
        if is_begun:
            partial.write_text("half")
        raise KeyboardInterrupt
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_a_block_that_writes_nothing_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError), written_whole(tmp_path / "film.webm"):
        pass
    assert not list(tmp_path.iterdir())


def test_what_went_wrong_first_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ValueError, match="no film"), written_whole(tmp_path / "file" / "film.webm"):
        raise ValueError("no film")


NOBODY = 65534


def make_giant(path):
    path.touch()
    os.truncate(path, 1 << 40)


@pytest.mark.fault
@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda path: None, "No such file"),
        (Path.mkdir, "Is a directory"),
        (os.mkfifo, "got a pipe or device"),
        (lambda path: path.symlink_to("/dev/zero"), "got a pipe or device"),
        (lambda path: path.symlink_to(path), "symbolic links"),
        (make_giant, "at most 1,000 bytes"),
        (lambda path: path.write_bytes(bytes(1001)), "at most 1,000 bytes"),
    ],
)
def test_whatever_lies_there_is_an_error_that_says_so(tmp_path, make, expected):
    path = tmp_path / "file"
    make(path)
    with pytest.raises(OSError) as told:
        read_file(path, 1000)
    assert expected in told.value.strerror and told.value.filename


@pytest.mark.fault
@pytest.mark.parametrize("name", ["nul\0", "x" * 300, "/dev/full", "/dev/null"], ids=lambda name: repr(name)[:12])
def test_names_that_lead_to_no_file_are_errors_of_the_system(tmp_path, name):
    with pytest.raises(OSError, match=r"null byte|too long|pipe or device"):
        read_file(tmp_path / name, 1000)


@pytest.mark.fault
def test_a_file_of_another_user_is_an_error(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"secret")
    path.chmod(0)
    user = os.geteuid()
    try:
        if user == 0:
            os.seteuid(NOBODY)
        with pytest.raises(PermissionError):
            read_file(path, 1000)
    finally:
        os.seteuid(user)


@pytest.mark.fault
@pytest.mark.parametrize("data", [b"", b"ab", bytes(1000)])
def test_a_file_is_read_whole(tmp_path, data):
    path = tmp_path / "file"
    path.write_bytes(data)
    assert read_file(path, 1000) == data


@pytest.mark.fault
def test_a_file_that_does_not_say_its_size_is_bounded_too():
    assert read_file(Path("/proc/self/stat"), 100_000)
    with pytest.raises(OSError, match="at most 10 bytes"):
        read_file(Path("/proc/self/stat"), 10)


@pytest.mark.fault
@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir, lambda path: path.symlink_to("/dev/null")])
def test_what_is_no_file_stays_what_it_is(tmp_path, make):
    path = tmp_path / "out.json"
    make(path)
    before = path.lstat()
    with pytest.raises(OSError, match=r"expected a file|directory"), written_whole(path) as partial:
        partial.write_text("new")
    assert (path.lstat().st_mode, path.lstat().st_ino) == (before.st_mode, before.st_ino)
    assert list(tmp_path.iterdir()) == [path] and Path("/dev/null").is_char_device()


def test_of_a_link_the_file_is_written_that_it_leads_to(tmp_path):
    for name in ("old", "new"):
        (tmp_path / f"{name}.link").symlink_to(tmp_path / name)
    (tmp_path / "old").write_text("old")
    for name in ("old", "new"):
        with written_whole(tmp_path / f"{name}.link") as partial:
            partial.write_text("written")
        assert (tmp_path / f"{name}.link").is_symlink() and (tmp_path / name).read_text() == "written"
