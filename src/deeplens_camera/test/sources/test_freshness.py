import os

from deeplens_camera.source_address import parse_source
from deeplens_camera.sources.freshness import fingerprint


def test_a_file_that_changes(write_video):
    address = parse_source(str(path := write_video()))
    before = fingerprint(address)
    assert before == fingerprint(address)
    os.utime(path, (1, 1))
    assert fingerprint(address) != before
    path.unlink()
    assert fingerprint(address) == ()


def test_a_photo_that_is_added(photo_folder):
    address = parse_source(str(photo_folder(a=50)))
    before = fingerprint(address)
    photo_folder(b=60)
    assert len(fingerprint(address)) == len(before) + 1


def test_what_has_no_files():
    assert fingerprint(parse_source("synthetic")) == ()
    assert fingerprint(parse_source("rtsp://cam/x")) == ()
