import json

import pytest
from signage_bridge import known_creatives
from signage_bridge.known_creatives import KnownCreatives

pytestmark = pytest.mark.fault


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state" / "creatives-deeplens1.json"


@pytest.fixture
def warnings():
    return []


@pytest.fixture
def known(path, warnings):
    return lambda: KnownCreatives(path, warnings.append)


def test_what_a_catalogue_had_is_known_after_a_restart(known, path, warnings):
    known().take(["house", "커피"])
    known().take(["house"])
    assert "커피" in known() and "house" in known() and "tea" not in known() and len(known()) == 2
    assert path.stat().st_mode & 0o077 == 0 and path.parent.stat().st_mode & 0o077 == 0 and not warnings


def test_the_same_catalogue_writes_nothing(known, path):
    known().take(["a", "b"])
    before = path.stat()
    known().take(["a", "b"])
    assert path.stat().st_ino == before.st_ino


def test_names_of_longest_ago_are_forgotten_first(known, monkeypatch):
    monkeypatch.setattr(known_creatives, "MOST", 3)
    for names in (["a", "b"], ["c"], ["a", "d"]):
        known().take(names)
    assert list(known()) == ["c", "a", "d"]


@pytest.mark.parametrize("content", [b"", b"{", b"[" * 100_000, b"7", b'{"a": 1}', b"[1, null, [2]]", b"\xff"])
def test_a_file_of_anything_is_begun_anew(known, path, warnings, content):
    path.parent.mkdir()
    path.write_bytes(content)
    known().take(["a"])
    assert json.loads(path.read_text()) == ["a"] and not warnings


def test_where_nothing_can_be_kept_the_names_are_known_until_the_end_and_it_is_told(known, path, warnings):
    path.parent.write_text("no folder")
    here = known()
    here.take(["a"])
    assert "a" in here and "a" not in known()
    (line,) = warnings
    assert line.startswith(f"{path}: ") and "\n" not in line
