import asyncio

import pytest
from signage_catalogue.keeper import CatalogueKeeper
from signage_catalogue.reload import CatalogueWatch

from signage_catalogue import Catalogue, CatalogueError


@pytest.fixture
def keeper(catalogue_file):
    watch = CatalogueWatch(catalogue_file)
    told = []
    keeper = CatalogueKeeper(watch, told.append)
    keeper.told = told
    yield keeper
    watch.close()


async def test_a_creative_that_was_just_added_is_found_at_once(keeper, catalogue_file):
    url = keeper.shelf.catalogue.creatives["house"].url
    assert (await keeper.find(url)).creative.name == "house"
    new = url.replace("house", "renamed")
    assert await keeper.find(new) is None
    catalogue_file.write_text(catalogue_file.read_text().replace("house:", "renamed:").replace("[house]", "[renamed]"))
    assert (await keeper.find(new)).creative.name == "renamed"
    assert await keeper.find(url) is None
    assert keeper.names == {"house", "renamed", "커피"}
    assert isinstance(keeper.told[0], Catalogue) and keeper.problem == ""


async def test_a_refused_catalogue_leaves_the_old_one_and_is_told(keeper, catalogue_file):
    runner = asyncio.create_task(keeper.run())
    catalogue_file.write_text("version: 9\n")
    for _ in range(1000):
        if keeper.told:
            break
        await asyncio.sleep(0.01)
    runner.cancel()
    assert isinstance(keeper.told[0], CatalogueError) and str(catalogue_file) in keeper.problem
    assert await keeper.find(keeper.shelf.catalogue.creatives["house"].url) is not None


async def test_a_file_with_other_content_is_not_served_under_its_old_address(keeper):
    creative = keeper.shelf.catalogue.creatives["house"]
    other = keeper.shelf.catalogue.creatives["커피"]
    creative.path.write_bytes(other.path.read_bytes())
    assert await keeper.find(creative.url) is None
    assert (await keeper.find(creative.url.replace(creative.digest, other.digest))).creative.name == "house"
