import os

from signage_catalogue.shelf import make_shelf

from signage_catalogue import load_catalogue


def test_only_the_addresses_of_the_catalogue_are_known(catalogue_file):
    shelf = make_shelf(load_catalogue(catalogue_file))
    creative = shelf.catalogue.creatives["커피"]
    assert shelf.find(creative.url).creative is creative
    assert shelf.find(creative.url.lower()).creative is creative
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
        assert shelf.find(path) is None, path


def test_a_changed_file_is_noticed(catalogue_file):
    media = next(iter(make_shelf(load_catalogue(catalogue_file)).by_path.values()))
    assert media.unchanged() and media.size == media.creative.path.stat().st_size
    os.utime(media.creative.path, ns=(1, 1))
    assert not media.unchanged()
    media.creative.path.unlink()
    assert not media.unchanged()


def test_a_file_that_vanished_is_left_out(catalogue_file):
    catalogue = load_catalogue(catalogue_file)
    catalogue.creatives["house"].path.unlink()
    assert [media.creative.name for media in make_shelf(catalogue).by_path.values()] == ["커피"]
