from deeplens_camera.params import CameraParams
from deeplens_camera.sources.source import SourceOptions
from signage_common.params import specs


def test_each_parameter_is_described():
    for name, (_, spec) in specs(CameraParams).items():
        assert spec.description.endswith("."), name


def test_options_of_the_source():
    params = CameraParams(fps=10.0, width=640, height=480, loop=False, photo_s=1.0, gap_s=0.5)
    assert params.options == SourceOptions(10.0, 640, 480, False, 1.0, 0.5)
