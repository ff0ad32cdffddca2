import os
import socket

import pytest
from signage_common.errors import ConfigurationError
from signage_launch.graph import has_ros2_launch, launch_file, page_address, reachable_host, runnable, ssh_hint
from signage_launch.launch_xml.plan import Plan

CONFIGURATIONS = {"bind": "127.0.0.1", "http_port": "8080", "rosbridge_port": "9090", "device": "deeplens1"}


def test_a_workspace_that_is_not_built_is_one_line_that_names_the_set_up(monkeypatch):
    monkeypatch.setenv("AMENT_PREFIX_PATH", "")
    with pytest.raises(ConfigurationError, match=r"package signage_bringup not found .*`\./signage setup` builds"):
        launch_file()


def test_without_ros2_on_the_path_the_plan_is_run_as_it_is(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    plan = Plan()
    assert runnable(plan, {}) is plan


@pytest.mark.skipif(not has_ros2_launch(), reason="ros2launch is not installed: needs a sourced ROS 2")
def test_where_ros2_launch_is_there_it_gets_the_same_arguments():
    process = runnable(Plan(), {"fps": "15"}).processes[0]
    assert process.arguments[:2] == ("ros2", "launch")
    assert process.arguments[-3:] == ("signage_bringup", "signage.launch.xml", "fps:=15")
    assert process.is_launcher and not process.respawn.is_enabled and process.environment is os.environ


def test_another_distribution_is_not_used(monkeypatch):
    monkeypatch.setenv("ROS_DISTRO", "humble")
    assert not has_ros2_launch()


@pytest.mark.parametrize(
    ("changes", "query", "expected"),
    [
        ({}, {}, "http://127.0.0.1:8080/"),
        ({"bind": "0.0.0.0"}, {}, "http://127.0.0.1:8080/"),
        ({"bind": "::1", "http_port": "80"}, {}, "http://[::1]:80/"),
        ({"device": "lobby"}, {}, "http://127.0.0.1:8080/?device=lobby"),
        ({}, {"screen": "a b"}, "http://127.0.0.1:8080/?screen=a+b"),
    ],
)
def test_page(changes, query, expected):
    assert page_address({**CONFIGURATIONS, **changes}, **query) == expected


def test_a_name_is_kept():
    assert reachable_host("sign.example") == "sign.example"


def test_both_ports_are_forwarded():
    hint = ssh_hint(CONFIGURATIONS)
    assert hint.startswith("ssh -L 8080:127.0.0.1:8080 -L 9090:127.0.0.1:9090 ")
    assert hint.endswith(f"@{socket.gethostname()}")
