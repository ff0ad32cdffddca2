from signage_bridge.http.manifest import make_manifest
from signage_catalogue.serving import index_media

from signage_catalogue import load_catalogue


def test_the_manifest_lists_what_a_screen_may_keep(catalogue_file):
    catalogue = load_catalogue(catalogue_file)
    manifest = make_manifest(index_media(catalogue))
    assert [entry["name"] for entry in manifest["creatives"]] == ["house", "커피"]
    assert manifest["fallback"] == ["house"]
    entry, creative = manifest["creatives"][1], catalogue.creatives["커피"]
    assert entry == {
        "name": "커피",
        "url": creative.url,
        "media_type": "image/png",
        "duration_s": 8.0,
        "bytes": creative.path.stat().st_size,
        "digest": creative.digest,
    }
