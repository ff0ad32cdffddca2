"""What the steps make of npm, colcon and archives."""

import io
import tarfile

import pytest
from signage_cli.setup.products import PORTRAITS, extract_portraits, package_counter, replace_folder, shortened
from signage_common.errors import SignageError


def test_colcon_lines_become_a_count():
    shown = []
    on_line = package_counter(7, shown.append)
    for line in ("Starting >>> signage_msgs", "Finished <<< signage_msgs [27.7s]"):
        on_line(line)
    assert shown == ["0 of 7 packages: signage_msgs", "1 of 7 packages: signage_msgs"]


def test_portraits_come_out_of_the_archive(tmp_path):
    archive = tmp_path / "a.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        for name in PORTRAITS:
            member = tarfile.TarInfo(f"face/tests/{name}")
            member.size = len(name)
            tar.addfile(member, io.BytesIO(name.encode()))
    extract_portraits(archive, tmp_path)
    assert all((tmp_path / name).read_text() == name for name in PORTRAITS)


def test_an_archive_without_portraits_is_named(tmp_path):
    archive = tmp_path / "a.tar.gz"
    tarfile.open(archive, "w:gz").close()
    with pytest.raises(SignageError, match=r"a\.tar\.gz: expected obama\.jpg"):
        extract_portraits(archive, tmp_path)


def test_a_folder_is_replaced_whole(tmp_path):
    for name, content in (("old", "1"), ("new", "2")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(content)
    replace_folder(tmp_path / "new", tmp_path / "old")
    assert (tmp_path / "old" / "file").read_text() == "2"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["old"]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("npm http fetch GET 200 https://registry/esbuild/-/esbuild-0.25.0.tgz 93ms", "esbuild-0.25.0.tgz"),
        ("added 4 packages in 2s", "installing"),
    ],
)
def test_npm_lines_become_names(line, shown):
    assert shortened(line) == shown
