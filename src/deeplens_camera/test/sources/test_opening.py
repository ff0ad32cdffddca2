import pytest
from deeplens_camera.source_address import SourceAddress, SourceKind, parse_source
from deeplens_camera.sources.opening import check_source, open_source
from deeplens_camera.sources.source import SourceOptions
from signage_common.errors import ConfigurationError

OPTIONS = SourceOptions(width_px=64, height_px=48)


def test_each_kind_of_file_is_opened(write_video, photo_folder):
    for text in (str(write_video()), str(photo_folder(a=50)), f"{photo_folder(a=50)}/*.png", "synthetic"):
        address = parse_source(text)
        check_source(address, OPTIONS)
        source = open_source(address, OPTIONS)
        source.advance()
        assert source.picture().image_bgr.ndim == 3
        assert source.notices() == []
        source.close()


def test_a_broken_file_is_a_wrong_configuration(tmp_path):
    path = tmp_path / "film.webm"
    path.write_bytes(b"no film")
    with pytest.raises(ConfigurationError, match=r"parameter source: .*film\.webm: can't be opened, or is no video"):
        check_source(parse_source(str(path)), OPTIONS)


def test_an_empty_folder_and_a_glob_without_match_are_too(tmp_path):
    for text in (str(tmp_path), f"{tmp_path}/*.jpg"):
        with pytest.raises(ConfigurationError, match="no photo there"):
            check_source(parse_source(text), OPTIONS)


def test_a_device_and_an_address_are_waited_for():
    check_source(SourceAddress(SourceKind.DEVICE, "/dev/video99"), OPTIONS)
    check_source(SourceAddress(SourceKind.STREAM, "rtsp://127.0.0.1:9/x"), OPTIONS)
