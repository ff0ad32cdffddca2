"""The launch file of a sign that replays a bag."""

import os

import pytest
from signage_common.errors import ConfigurationError
from signage_launch.graph import REPLAY_FILE, launch_file, plan_graph
from signage_launch.launch_xml.arguments import declared_arguments
from signage_launch.launch_xml.parameters import effective_parameters


def plan(**given):
    return plan_graph({"bag": "/recordings/monday", **given}, file=REPLAY_FILE)


def parameters(planned):
    return {process.node.rpartition("/")[2]: effective_parameters(process) for process in planned.processes}


def test_selector_bridge_and_a_player_run_by_the_time_of_the_bag():
    planned = plan(device="lobby", http_port="8123")
    assert [each.node for each in planned.processes] == ["/lobby/ad_selector", "/lobby/signage_bridge", "/player"]
    by_node = parameters(planned)
    assert by_node["ad_selector"]["use_sim_time"] is by_node["signage_bridge"]["use_sim_time"] is True
    assert by_node["ad_selector"]["journal"] is by_node["signage_bridge"]["journal"] is False
    assert by_node["signage_bridge"]["http_port"] == 8123
    player = by_node["player"]
    assert (player["bag"], player["rate"], player["loop"], player["clock"]) == ("/recordings/monday", 1.0, False, True)
    assert list(player["topics"]) == ["faces"] and player["start_offset"] == 0.0


def test_how_it_is_played_is_passed_on():
    given = {"rate": "2", "loop": "true", "clock": "false", "topics": "[faces, /x]", "start_offset": "3"}
    by_node = parameters(plan(**given))
    assert by_node["ad_selector"]["use_sim_time"] is False
    player = by_node["player"]
    assert (player["rate"], player["loop"], player["clock"], player["start_offset"]) == (2.0, True, False, 3.0)
    assert list(player["topics"]) == ["faces", "/x"]


def test_all_ends_with_the_player_and_only_with_it():
    assert [each.ends_launch for each in plan().processes] == [False, False, True]
    assert [each.respawn.is_enabled for each in plan().processes] == [True, True, False]


def test_topics_stay_on_this_machine():
    assert {each.environment["ROS_AUTOMATIC_DISCOVERY_RANGE"] for each in plan().processes} == {"LOCALHOST"}


def test_images_of_another_camera_are_looked_at():
    planned = plan(perception="true", image_topic="/cam/image_raw", topics="[/cam/image_raw/compressed]")
    assert planned.processes[0].node.endswith("/face_inference")
    assert "image_raw/compressed:=/cam/image_raw/compressed" in planned.processes[0].arguments
    assert parameters(planned)["face_inference"]["use_sim_time"] is True


def test_every_argument_is_described_and_the_bag_is_asked_for():
    arguments = {each.name: each for each in declared_arguments(launch_file(REPLAY_FILE), os.environ)}
    assert all(each.description for each in arguments.values())
    assert {"bag", "rate", "loop", "catalog", "http_port"} <= set(arguments) and "camera" not in arguments
    with pytest.raises(ConfigurationError, match="bag"):
        plan_graph({}, file=REPLAY_FILE)


@pytest.mark.parametrize("node", ["face_inference", "ad_selector", "signage_bridge"])
def test_the_system_itself_goes_by_the_machines_clock_unless_told_otherwise(node):
    assert parameters(plan_graph({}))[node]["use_sim_time"] is False
    assert parameters(plan_graph({"use_sim_time": "true"}))[node]["use_sim_time"] is True
