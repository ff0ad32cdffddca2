import os

import pytest
from signage_catalogue.files import file_state


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
