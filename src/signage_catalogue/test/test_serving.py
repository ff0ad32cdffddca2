import asyncio
import os

import pytest
from signage_catalogue import Catalogue, CatalogueError, load_catalogue
from signage_catalogue.reload import CatalogueWatch
from signage_catalogue.serving import LiveCatalogue, index_media


@pytest.fixture
def live(catalogue_file):
    watch = CatalogueWatch(catalogue_file)
    reloads, reloaded = [], asyncio.Event()

    def on_reload(result):
        reloads.append(result)
        reloaded.set()

    live = LiveCatalogue(watch, on_reload)
    live.reloads, live.reloaded = reloads, reloaded
    yield live
    watch.close()


async def test_a_creative_that_was_just_added_is_found_at_once(live, catalogue_file):
    url = live.media.catalogue.creatives["house"].url
    assert (await live.find(url)).creative.name == "house"
    new = url.replace("house", "renamed")
    assert await live.find(new) is None
    catalogue_file.write_text(catalogue_file.read_text().replace("house:", "renamed:").replace("[house]", "[renamed]"))
    assert (await live.find(new)).creative.name == "renamed"
    assert await live.find(url) is None
    assert isinstance(live.reloads[0], Catalogue) and live.problem == ""


async def test_a_refused_catalogue_leaves_the_old_one_and_is_reported(live, catalogue_file):
    runner = asyncio.create_task(live.run())
    catalogue_file.write_text("version: 9\n")
    await asyncio.wait_for(live.reloaded.wait(), 60)
    runner.cancel()
    assert isinstance(live.reloads[0], CatalogueError) and live.problem.startswith("ads.yaml:1: ")
    assert str(catalogue_file) in str(live.reloads[0]) and str(catalogue_file.parent) not in live.problem
    assert await live.find(live.media.catalogue.creatives["house"].url) is not None


async def test_a_file_with_other_content_is_not_served_under_its_old_address(live):
    creative = live.media.catalogue.creatives["house"]
    other = live.media.catalogue.creatives["커피"]
    creative.path.write_bytes(other.path.read_bytes())
    assert await live.find(creative.url) is None
    assert (await live.find(creative.url.replace(creative.digest, other.digest))).creative.name == "house"


def test_only_the_addresses_of_the_catalogue_are_known(catalogue_file):
    media = index_media(load_catalogue(catalogue_file))
    creative = media.catalogue.creatives["커피"]
    assert media.find(creative.url).creative is creative
    assert media.find(creative.url.lower()).creative is creative
    for path in (
        "/media/",
        "/media/house.png",
        "/media/../media/" + creative.url[7:],
        creative.url + "x",
        creative.url.replace(creative.digest, "0" * 16),
        "/media/%2e%2e/ads.yaml",
        "/media/%ff",
        str(creative.path),
    ):
        assert media.find(path) is None, path


def test_a_changed_file_is_noticed(catalogue_file):
    file = next(iter(index_media(load_catalogue(catalogue_file)).by_path.values()))
    assert file.is_unchanged() and file.size_bytes == file.creative.path.stat().st_size
    os.utime(file.creative.path, ns=(1, 1))
    assert not file.is_unchanged()
    file.creative.path.unlink()
    assert not file.is_unchanged()


def test_a_file_that_vanished_is_left_out(catalogue_file):
    catalogue = load_catalogue(catalogue_file)
    catalogue.creatives["house"].path.unlink()
    assert [file.creative.name for file in index_media(catalogue).by_path.values()] == ["커피"]
