from deeplens_camera.params import CameraParams
from signage_common.params import specs


def test_each_parameter_is_described():
    for name, (_, spec) in specs(CameraParams).items():
        assert spec.description.endswith("."), name
