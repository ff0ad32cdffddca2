import pytest
from signage_bridge.errors import OperationError
from signage_bridge.rosbridge.type_name import normalise_type


@pytest.mark.parametrize(
    ("name", "kind", "long"),
    [
        ("signage_msgs/AdSelection", "msg", "signage_msgs/msg/AdSelection"),
        ("signage_msgs/msg/AdSelection", "msg", "signage_msgs/msg/AdSelection"),
        ("signage_msgs/ChooseAd", "srv", "signage_msgs/srv/ChooseAd"),
        ("std_msgs/msg/Int8", "msg", "std_msgs/msg/Int8"),
    ],
)
def test_long_form(name, kind, long):
    assert normalise_type(name, kind) == long


@pytest.mark.parametrize(
    "name", ["", "String", "a/b/c/D", "os/path", "../etc/Passwd", "std_msgs/srv/Int8", "A/msg/B", "a//B"]
)
def test_what_is_no_type(name):
    with pytest.raises(OperationError, match="package/msg/Name"):
        normalise_type(name)
