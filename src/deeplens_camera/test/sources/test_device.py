import pytest
from deeplens_camera.errors import SourceError
from deeplens_camera.sources.device import DeviceSource


@pytest.mark.parametrize("make", [lambda folder: folder / "video99", lambda folder: folder])
def test_no_camera_there(make, tmp_path):
    with pytest.raises(SourceError, match="no camera there"):
        DeviceSource(str(make(tmp_path)), 0.0, 0, 0)


def test_a_file_is_no_camera(write_video):
    with pytest.raises(SourceError, match="no camera there"):
        DeviceSource(str(write_video()), 0.0, 0, 0)
