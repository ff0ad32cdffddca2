import sys

import pytest
from signage_bridge.errors import OperationError
from signage_bridge.ros_interfaces import import_type, make_message
from signage_msgs.msg import AdSelection
from signage_msgs.srv import ChooseAd
from std_msgs.msg import Header


def test_installed_types():
    assert import_type("signage_msgs/msg/AdSelection") is AdSelection
    assert import_type("signage_msgs/srv/ChooseAd") is ChooseAd
    assert make_message("std_msgs/Header") == Header()


@pytest.mark.parametrize(
    "name", ["antigravity/msg/Fly", "std_msgs/msg/Nothing", "std_msgs/msg/Int8_", "rclpy/msg/Node"]
)
def test_nothing_else_is_imported(name):
    with pytest.raises(OperationError, match="is not installed"):
        import_type(name)
    assert "antigravity" not in sys.modules
