"""Variables for ROS 2 that keep every node from working."""

import os
import subprocess
import sys

import pytest
from signage_common.errors import ConfigurationError
from signage_common.ros_environment import check_ros, ros_reason, unusual

WRONG = {
    "ROS_STATIC_PEERS": ["a;;b", "no-such-host.invalid"],
    "ROS_DOMAIN_ID": ["300", "233", "many", "٣"],
    "RMW_IMPLEMENTATION": ["rmw_nosuch_cpp"],
    "RCUTILS_LOGGING_USE_STDOUT": ["maybe"],
    "RCUTILS_COLORIZED_OUTPUT": ["x"],
}
NODE = """
import sys
from rclpy.node import Node
from signage_common.ros_node import run_node
sys.exit(run_node(lambda: Node("n"), ["n"]))
"""


def environment(**more):
    return {name: value for name, value in os.environ.items() if name not in unusual(os.environ)} | more


@pytest.mark.fault
@pytest.mark.graph
@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_what_no_node_can_work_with_is_named_in_one_line(name, value):
    with pytest.raises(ConfigurationError, match=rf"^ROS 2 can't work with {name}: ") as raised:
        check_ros(environment(**{name: value}))
    assert "\n" not in str(raised.value) and "/project" not in str(raised.value) and "\x1b" not in str(raised.value)
    assert len(str(raised.value)) > len(f"ROS 2 can't work with {name}: ")


@pytest.mark.graph
@pytest.mark.parametrize(
    "more",
    [{}, {"ROS_DOMAIN_ID": "231"}, {"ROS_DOMAIN_ID": ""}, {"RCUTILS_COLORIZED_OUTPUT": "0", "ROS_LOG_DIR": "/x"}],
)
def test_what_nodes_work_with_is_let_pass(more):
    check_ros(environment(**more))


@pytest.mark.parametrize(
    ("environ", "names"),
    [
        ({"HOME": "/x", "ROS_DISTRO": "kilted", "ROS_VERSION": "2", "ROS_DOMAIN_ID": "7"}, []),
        ({"ROS_AUTOMATIC_DISCOVERY_RANGE": "LOCALHOST"}, []),
        ({"ROS_AUTOMATIC_DISCOVERY_RANGE": "HOME"}, ["ROS_AUTOMATIC_DISCOVERY_RANGE"]),
        ({"RMW_IMPLEMENTATION": "x", "ROS_DOMAIN_ID": "-1"}, ["RMW_IMPLEMENTATION", "ROS_DOMAIN_ID"]),
    ],
)
def test_only_what_is_unusual_is_tried(environ, names):
    assert unusual(environ) == names


@pytest.mark.fault
@pytest.mark.graph
@pytest.mark.parametrize(("name", "value"), [("ROS_STATIC_PEERS", "a;;b"), ("ROS_DOMAIN_ID", "many")])
def test_a_node_that_can_not_be_made_says_so_in_one_line(name, value):
    command = [sys.executable, "-c", NODE]
    answer = subprocess.run(command, env=environment(**{name: value}), capture_output=True, text=True, check=False)
    assert answer.returncode == 2 and answer.stdout == ""
    last = answer.stderr.splitlines()[-1]
    assert last.startswith("error: ") and "/project" not in last and "Traceback" not in answer.stderr


def test_a_reason_has_neither_places_nor_colours_nor_stamps():
    told = "\x1b[37;1m2026-11-27 17:53:36.339 \x1b[31;1m[RTPS Error] \x1b[37mToo high.\x1b[m\n"
    assert ros_reason(told) == "Too high."
    assert ros_reason("error creating node: no peer a\n, at /project/src/p.cpp:256, at /x/node.c:249") == (
        "error creating node: no peer a"
    )
