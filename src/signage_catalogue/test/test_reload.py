import time

import pytest
from signage_catalogue import CatalogueError
from signage_catalogue.reload import CatalogueWatch

TEXT = "version: 1\nfallback: [house]\ncreatives:\n  house: {file: house.webm, duration_s: 1}\n"


@pytest.fixture
def watch(catalogue_folder):
    (catalogue_folder / "ads.yaml").write_text(TEXT)
    watch = CatalogueWatch(catalogue_folder / "ads.yaml")
    yield watch
    watch.close()


def next_reload(watch, timeout_s=60.0):
    """Poll until something is new."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        if (result := watch.poll()) is not None:
            return result
        time.sleep(0.005)
    raise TimeoutError("nothing new")


def replace_file(path, content):
    other = path.with_name(path.name + ".new")
    other.write_bytes(content if isinstance(content, bytes) else content.encode())
    other.rename(path)


def test_nothing_is_new_while_nothing_changes(watch):
    assert [watch.poll() for _ in range(5)] == [None] * 5 and watch._loading is None


@pytest.mark.parametrize("write", [replace_file, lambda path, text: path.write_text(text)], ids=["renamed", "in place"])
def test_a_changed_catalogue_is_loaded(watch, catalogue_folder, write):
    write(catalogue_folder / "ads.yaml", TEXT + "  a: {file: a.webm, duration_s: 2}\n")
    assert set(next_reload(watch).creatives) == {"house", "a"} and watch.error is None
    assert watch.poll() is None


def test_a_bad_catalogue_is_refused_and_the_old_one_stays(watch, catalogue_folder):
    replace_file(catalogue_folder / "ads.yaml", TEXT + "  a: {file: gone.webm}\n")
    result = next_reload(watch)
    assert isinstance(result, CatalogueError) and "ads.yaml:5: creatives.a.file" in str(result)
    assert watch.error is result and set(watch.catalogue.creatives) == {"house"}
    assert watch.poll() is None, "it is refused once"
    replace_file(catalogue_folder / "ads.yaml", TEXT + "  a: {file: a.webm, duration_s: 2}\n")
    assert set(next_reload(watch).creatives) == {"house", "a"} and watch.error is None


def test_a_missing_creative_that_appears_later_heals_it(watch, catalogue_folder):
    replace_file(catalogue_folder / "ads.yaml", TEXT + "  c: {file: c.webm, duration_s: 2}\n")
    assert isinstance(next_reload(watch), CatalogueError)
    replace_file(catalogue_folder / "c.webm", (catalogue_folder / "a.webm").read_bytes())
    assert "c" in next_reload(watch).creatives


def test_a_removed_catalogue_is_refused_and_may_come_back(watch, catalogue_folder):
    (catalogue_folder / "ads.yaml").rename(catalogue_folder / "away.yaml")
    assert isinstance(next_reload(watch), CatalogueError)
    (catalogue_folder / "away.yaml").rename(catalogue_folder / "ads.yaml")
    assert set(next_reload(watch).creatives) == {"house"}


def test_a_creative_whose_content_changed_is_read_again(watch, catalogue_folder):
    before = watch.catalogue.creatives["house"].digest
    replace_file(catalogue_folder / "house.webm", (catalogue_folder / "a.webm").read_bytes())
    assert next_reload(watch).creatives["house"].digest != before


def test_a_bad_catalogue_at_the_start_is_an_error(tmp_path):
    with pytest.raises(CatalogueError):
        CatalogueWatch(tmp_path / "none.yaml")
