import pytest
from signage_common.files import written_whole


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
