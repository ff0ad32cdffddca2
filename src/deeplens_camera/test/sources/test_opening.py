import os

import pytest
from deeplens_camera.params import CameraParams
from deeplens_camera.source_address import SourceAddress, SourceKind, parse_source
from deeplens_camera.sources.opening import check_source, fingerprint, open_source
from signage_common.errors import ConfigurationError

PARAMS = CameraParams(width=64, height=48)


def test_each_kind_of_file_is_opened(write_video, photo_folder):
    for text in (str(write_video()), str(photo_folder(a=50)), f"{photo_folder(a=50)}/*.png", "synthetic"):
        address = parse_source(text)
        check_source(address, PARAMS)
        source = open_source(address, PARAMS)
        source.advance()
        assert source.frame().image_bgr.ndim == 3
        assert source.notices() == []
        source.close()


def test_a_broken_file_is_a_wrong_configuration(tmp_path):
    path = tmp_path / "film.webm"
    path.write_bytes(b"no film")
    with pytest.raises(ConfigurationError, match=r"parameter source: .*film\.webm: can't be opened, or is no video"):
        check_source(parse_source(str(path)), PARAMS)


def test_an_empty_folder_and_a_glob_without_match_are_too(tmp_path):
    for text in (str(tmp_path), f"{tmp_path}/*.jpg"):
        with pytest.raises(ConfigurationError, match="no photo there"):
            check_source(parse_source(text), PARAMS)


def test_a_device_and_an_address_are_waited_for():
    check_source(SourceAddress(SourceKind.DEVICE, "/dev/video99"), PARAMS)
    check_source(SourceAddress(SourceKind.STREAM, "rtsp://127.0.0.1:9/x"), PARAMS)


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
