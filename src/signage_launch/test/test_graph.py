import os
import socket
from dataclasses import replace

import pytest
from signage_common.errors import ConfigurationError
from signage_common.sockets import listen
from signage_launch import graph
from signage_launch.graph import (
    has_ros2_launch,
    launch_file,
    page_address,
    plan_graph,
    reachable_host,
    runnable,
    ssh_hint,
)
from signage_launch.launch_xml.parameters import effective_parameters
from signage_launch.launch_xml.plan import ParameterText, Plan

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


def bridge_of(plan):
    return next(effective_parameters(each) for each in plan.processes if each.node.endswith("/signage_bridge"))


@pytest.mark.fault
@pytest.mark.parametrize("key", ["/**", "/**/signage_bridge", "/deeplens1/signage_bridge"])
def test_the_address_is_that_of_the_parameter_file_where_it_sets_one(tmp_path, key):
    path = tmp_path / "p.yaml"
    path.write_text(f"{key}: {{ros__parameters: {{http_port: 8111, rosbridge_port: 9111, bind: '::1'}}}}")
    plan = plan_graph({"params_file": str(path), "http_port": "8222"})
    assert page_address(plan.configurations) == "http://[::1]:8111/"
    assert "-L 8111:[::1]:8111 -L 9111:[::1]:9111" in ssh_hint(plan.configurations)


@pytest.mark.fault
@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"http_port": "0", "rosbridge_port": "0"}, ""),
        ({"http_port": "00", "rosbridge_port": "-0"}, ""),
        ({}, "/**: {ros__parameters: {http_port: 0, rosbridge_port: 0}}"),
        ({"http_port": "0"}, "/**/signage_bridge: {ros__parameters: {rosbridge_port: 0x0}}"),
    ],
)
def test_a_port_that_is_to_be_any_is_chosen_once_for_announcement_and_bridge(tmp_path, given, text):
    path = tmp_path / "p.yaml"
    path.write_text(text)
    plan = plan_graph({"params_file": str(path), **given})
    ports = {name: int(plan.configurations[name]) for name in graph.PORTS}
    assert ports == {name: bridge_of(plan)[name] for name in graph.PORTS}
    assert (
        len(set(ports.values())) == 2 and page_address(plan.configurations) == f"http://127.0.0.1:{ports['http_port']}/"
    )
    for port in ports.values():
        listen("127.0.0.1", port).close()


@pytest.mark.fault
def test_what_ros2_launch_is_given_holds_no_address_and_reads_texts_as_texts(tmp_path, monkeypatch):
    monkeypatch.setattr(graph, "has_ros2_launch", lambda: True)
    path = tmp_path / "p.yaml"
    path.write_text("/**/camera: {ros__parameters: {frame_id: y}}\n/**: {ros__parameters: {rosbridge_port: 0}}")
    addresses = {"source": "rtsp://admin:secret@192.0.2.1/s", "journal_url": "postgresql://sign:secret@192.0.2.2/fleet"}
    given = {**addresses, "http_port": "0", "params_file": str(path), "width": "640"}
    types = {"source": str, "frame_id": str}
    plan = plan_graph(given, types)
    process = runnable(plan, given, types).processes[0]
    *words, last = process.arguments
    assert not [word for word in words if "secret" in word or word.startswith(("source:=", "journal_url:="))]
    assert "width:=640" in words and f"http_port:={plan.configurations['http_port']}" in words
    assert last.prefix == "params_file:=" and isinstance(last, ParameterText)
    assert process.command(lambda text: "FILE")[-1] == "params_file:=FILE"
    camera = {"source": "rtsp://admin:secret@192.0.2.1/s", "frame_id": "y"}
    read = ("--params-file", last)
    as_camera = effective_parameters(replace(process, arguments=read, node="/deeplens1/camera"))
    assert as_camera == {**camera, "rosbridge_port": int(plan.configurations["rosbridge_port"])}
    as_journal = effective_parameters(replace(process, arguments=read, node="/deeplens1/journal"))
    assert as_journal["url"] == addresses["journal_url"]
    assert process.own_names == {"camera", "face_inference", "ad_selector", "journal", "signage_bridge"}


@pytest.mark.fault
def test_no_command_line_of_a_node_holds_an_address():
    journal_url = "postgresql://sign:secret@192.0.2.2/fleet"
    plan = plan_graph({"source": "rtsp://admin:secret@192.0.2.1/s", "journal_url": journal_url})
    assert not [
        word for each in plan.processes for word in each.arguments if "secret" in str(word) and type(word) is str
    ]
    parameters = {each.node.rpartition("/")[2]: effective_parameters(each) for each in plan.processes}
    assert parameters["camera"]["source"] == "rtsp://admin:secret@192.0.2.1/s"
    assert parameters["journal"]["url"] == journal_url
