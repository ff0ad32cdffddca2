"""What the launch file starts, and with which parameters."""

import itertools
from pathlib import Path

import pytest
from signage_launch.graph import plan_graph
from signage_launch.launch_xml.nodes import OWN_PACKAGES
from signage_launch.launch_xml.parameters import effective_parameters

SOURCES = Path(__file__).parents[3] / "src"
NODES = ["camera", "face_inference", "ad_selector", "journal", "signage_bridge"]


def names(plan):
    return [process.node.rpartition("/")[2] for process in plan.processes]


def remaps(process):
    return {word for flag, word in itertools.pairwise(process.arguments) if flag == "-r"}


@pytest.mark.fault
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, NODES),
        ({"camera": "false"}, NODES[1:]),
        ({"camera": "false", "perception": "false"}, NODES[2:]),
        ({"perception": "0"}, ["camera", *NODES[2:]]),
        ({"journal": "false"}, [*NODES[:3], "signage_bridge"]),
        ({"camera": "True", "perception": "1"}, NODES),
    ],
)
def test_camera_perception_and_journal_can_be_left_out(given, expected):
    assert names(plan_graph(given)) == expected


@pytest.mark.fault
@pytest.mark.parametrize("topic", ["/image_raw", "/usb_cam/image_raw", "front/image"])
@pytest.mark.parametrize("transport", ["compressed", "raw"])
def test_another_drivers_images_are_taken_from_its_topic(topic, transport):
    perception = plan_graph({"camera": "false", "image_topic": topic, "transport": transport}).processes[0]
    assert {f"image_raw:={topic}", f"image_raw/compressed:={topic}/compressed"} <= remaps(perception)
    assert effective_parameters(perception)["transport"] == transport


@pytest.mark.fault
def test_how_the_camera_stands_and_how_others_reach_the_page_are_passed_on():
    plan = plan_graph({"rotate": "90", "flip": "horizontal", "public_url": "https://sign.example"})
    parameters = dict(zip(names(plan), map(effective_parameters, plan.processes), strict=True))
    assert (parameters["camera"]["rotate"], parameters["camera"]["flip"]) == (90, "horizontal")
    assert parameters["signage_bridge"]["public_url"] == "https://sign.example"


@pytest.mark.fault
def test_texts_that_are_empty_are_left_to_the_nodes():
    parameters = effective_parameters(plan_graph({}).processes[1])
    assert "detector" not in parameters and "model" not in parameters
    parameters = effective_parameters(plan_graph({"detector": "tiny", "model": "y"}).processes[1])
    assert (parameters["detector"], parameters["model"]) == ("tiny", "y")


@pytest.mark.fault
def test_no_node_writes_a_log_file_of_its_own():
    for process in plan_graph({"bridge": "own"}).processes:
        assert "--disable-external-lib-logs" in process.arguments


@pytest.mark.fault
def test_every_program_of_the_workspace_is_known_as_one_that_takes_signals_itself_and_says_when_it_is_ready():
    programs = {path.parent.parent.name for path in SOURCES.glob("*/scripts/*")}
    assert programs == OWN_PACKAGES
    assert all(process.is_own for process in plan_graph({}).processes)
