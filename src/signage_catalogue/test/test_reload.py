import os
import threading
import time

import pytest
from signage_catalogue import CatalogueError
from signage_catalogue.reload import CatalogueWatch
from signage_catalogue.testing import put_in_place
from signage_common.process_testing import let_others_in

NOBODY = 65534
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


@pytest.mark.fault
@pytest.mark.parametrize("kind", ["fifo", "folder", "socket", "/dev/zero", "dangling"])
@pytest.mark.parametrize("name", ["ads.yaml", "house.webm"])
def test_whatever_comes_in_place_of_a_file_is_refused_and_the_file_may_come_back(watch, catalogue_folder, name, kind):
    path = catalogue_folder / name
    path.rename(path.with_name("away"))
    put_in_place(path, kind)
    assert isinstance(next_reload(watch), CatalogueError)
    assert set(watch.catalogue.creatives) == {"house"}
    path.rmdir() if kind == "folder" else path.unlink()
    path.with_name("away").rename(path)
    assert set(next_reload(watch).creatives) == {"house"} and watch.error is None


@pytest.mark.fault
@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{a: " * 100_000,
        "- " * 100_000,
        "a: &a " + "[" * 15 + "*a" + "]" * 15,
        "\n".join(f"a{n}: &a{n} [{f'*a{n - 1},' * 10 if n else 1}]" for n in range(12)),
        TEXT + "x" * (1 << 20),
        "\0" * 1000,
        "version: 1\n\ud800".encode("utf-8", "surrogatepass"),
        TEXT + "campaigns: {" + ",".join(f"c{n}: {{creatives: [gone]}}" for n in range(20_000)) + "}",
    ],
    ids=["lists", "mappings", "dashes", "itself", "laughs", "large", "nul", "surrogate", "mistakes"],
)
def test_a_hostile_catalogue_is_refused_and_a_good_one_taken_afterwards(watch, catalogue_folder, text):
    replace_file(catalogue_folder / "ads.yaml", text)
    refused = next_reload(watch)
    assert isinstance(refused, CatalogueError) and len(refused.report) < 20_000
    replace_file(catalogue_folder / "ads.yaml", TEXT)
    assert set(next_reload(watch).creatives) == {"house"}


@pytest.mark.fault
@pytest.mark.parametrize("name", ["ads.yaml", "house.png"])
def test_permissions_that_are_lost_and_found(catalogue_folder, media_folder, name):
    """Root may read everything: somebody else looks."""
    (catalogue_folder / "ads.yaml").write_text(TEXT.replace("house.webm", "house.png"))
    (catalogue_folder / "house.png").write_bytes((media_folder / "picture.png").read_bytes())
    let_others_in(catalogue_folder)
    os.seteuid(NOBODY)
    try:
        watch = CatalogueWatch(catalogue_folder / "ads.yaml")
        set_mode(catalogue_folder / name, 0o600)
        refused = next_reload(watch)
        assert isinstance(refused, CatalogueError) and "Permission denied" in str(refused)
        set_mode(catalogue_folder / name, 0o644)
        assert set(next_reload(watch).creatives) == {"house"}
    finally:
        os.seteuid(os.getuid())


def set_mode(path, mode):
    euid = os.geteuid()
    os.seteuid(os.getuid())
    path.chmod(mode)
    os.seteuid(euid)


@pytest.mark.fault
def test_a_watch_that_is_closed_while_it_loads_keeps_nobody_waiting(watch, catalogue_folder):
    replace_file(catalogue_folder / "ads.yaml", TEXT + "  a: {file: a.webm}\n")
    watch.poll()
    watch.close()
    assert all(thread.daemon for thread in threading.enumerate() if thread.name == "catalogue")


def test_a_creative_whose_content_changed_is_read_again(watch, catalogue_folder):
    before = watch.catalogue.creatives["house"].digest
    replace_file(catalogue_folder / "house.webm", (catalogue_folder / "a.webm").read_bytes())
    assert next_reload(watch).creatives["house"].digest != before


def test_a_bad_catalogue_at_the_start_is_an_error(tmp_path):
    with pytest.raises(CatalogueError):
        CatalogueWatch(tmp_path / "none.yaml")
