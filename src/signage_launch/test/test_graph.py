import os

import pytest
from signage_common.errors import ConfigurationError
from signage_launch.launch_xml import Plan

from signage_launch import graph


def test_a_workspace_that_is_not_built_is_one_line_that_names_the_set_up(monkeypatch):
    monkeypatch.setenv("AMENT_PREFIX_PATH", "")
    with pytest.raises(ConfigurationError, match=r"package signage_bringup not found .*`\./signage setup` builds"):
        graph.launch_file()


def test_without_ros2_on_the_path_the_plan_is_run_as_it_is(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    plan = Plan()
    assert graph.runnable(plan, {}) is plan


@pytest.mark.skipif(not graph.has_ros2_launch(), reason="ros2launch is not installed: needs a sourced ROS 2")
def test_where_ros2_launch_is_there_it_gets_the_same_arguments():
    process = graph.runnable(Plan(), {"fps": "15"}).processes[0]
    assert process.arguments[:2] == ("ros2", "launch")
    assert process.arguments[-3:] == ("signage_bringup", "signage.launch.xml", "fps:=15")
    assert process.is_launcher and not process.respawn.enabled and process.environment is os.environ


def test_another_distribution_is_not_used(monkeypatch):
    monkeypatch.setenv("ROS_DISTRO", "humble")
    assert not graph.has_ros2_launch()
