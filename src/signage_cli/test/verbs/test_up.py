import os
import subprocess
import sys
from pathlib import Path

import pytest
from signage_cli.verbs import up
from signage_launch.graph import launch_file, plan_graph
from signage_launch.launch_xml.parameters import effective_parameters


def test_arguments_are_listed(capsys):
    assert up.main(["--show-args"]) == 0
    text = capsys.readouterr().out
    for name in (
        "source",
        "device",
        "http_port",
        "rosbridge_port",
        "bind",
        "catalog",
        "profile",
        "bridge",
        "discovery",
    ):
        assert f"\n    '{name}':\n" in text
    assert "no description given" not in text


def test_listing_into_a_closed_pipe_is_no_error():
    command = f"{sys.executable} -m signage_cli.verbs.up --show-args"
    end = subprocess.run(["sh", "-c", f"{command} | true"], capture_output=True, text=True, check=True)
    assert end.stderr == ""


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["sorce:=x"], "unknown launch argument 'sorce'; did you mean source?"),
        (["source=x"], "launch argument 'source=x': expected NAME:=VALUE"),
        (["source:=/no/such.webm"], "source /no/such.webm: no such file or folder"),
        (["profile:=odd"], "launch argument profile: expected one of default, fast, close-up, got 'odd'"),
        (["device:=my-sign"], "'my-sign': expected letters, digits and underscores"),
        (["fps:=fast"], "fps: expected float, got 'fast'"),
        (["source:=synthetic", "catalog:=/no/ads.yaml"], "/no/ads.yaml"),
        (["params_file:=/no/params.yaml"], "parameter file /no/params.yaml: No such file"),
        *(
            pytest.param(["source:=synthetic", word], message, marks=pytest.mark.fault)
            for word, message in (
                ("public_url:=y", "public_url: expected an address such as https://sign.example"),
                ("public_url:=https://sign.example/path", "public_url: expected"),
                ("public_url:=https://u:hidden@sign.example", "public_url: expected"),
                ("public_url:=https://sign.example?token=hidden", "public_url: expected"),
                ("image_topic:=08", "image_topic: expected the name of a topic, such as /image_raw, got '08'"),
                ("image_topic:=a b", "image_topic: expected the name of a topic"),
                ("image_topic:=/", "image_topic: expected the name of a topic"),
                ("image_topic:=//a", "image_topic: expected the name of a topic"),
                (f"image_topic:={'x' * 300}", "image_topic: expected the name of a topic"),
                (f"device:={'x' * 300}", "launch argument device: expected at most 100 letters"),
                ("device:=rtsp://u:hidden@h", "device"),
                ("catalog:=rtsp://u:hidden@h", "rtsp:/...@h"),
                ("image_topic:=rtsp://u:hidden@h", "image_topic"),
                ("bind:=rtsp://u:hidden@h", "bind"),
            )
        ),
    ],
)
def test_a_mistake_is_one_line_and_status_2(words, message, capsys):
    assert up.main(words) == 2
    out, err = capsys.readouterr()
    assert err.startswith("error: ") and message in err and err.count("\n") == 1
    assert out == "" and "hidden" not in err and len(err) < 500


def test_the_plan_keeps_topics_on_this_machine_unless_told_otherwise():
    plan = plan_graph({})
    assert {process.environment["ROS_AUTOMATIC_DISCOVERY_RANGE"] for process in plan.processes} == {"LOCALHOST"}
    transports = [Path(process.environment["FASTDDS_DEFAULT_PROFILES_FILE"]).name for process in plan.processes]
    assert transports == ["fastdds_images.xml", *4 * ["fastdds.xml"]] and not plan.messages
    plan = plan_graph({"discovery": "subnet"})
    assert {process.environment["ROS_AUTOMATIC_DISCOVERY_RANGE"] for process in plan.processes} == {"SUBNET"}
    assert not any(process.environment.get("FASTDDS_DEFAULT_PROFILES_FILE") for process in plan.processes)
    assert "images included" in plan.messages[0][1]


def test_every_node_of_the_graph_is_planned_in_the_device_s_namespace():
    nodes = [process.node for process in plan_graph({"device": "lobby"}).processes]
    names = ["camera", "face_inference", "ad_selector", "journal", "signage_bridge"]
    assert nodes == [f"/lobby/{name}" for name in names]
    assert all(process.respawn.is_enabled for process in plan_graph({}).processes)
    assert not any(process.respawn.is_enabled for process in plan_graph({"respawn": "false"}).processes)


def test_rosbridge_suite_takes_the_place_of_our_websocket(tmp_path, monkeypatch):
    index = tmp_path / "share" / "ament_index" / "resource_index" / "packages"
    program = tmp_path / "lib" / "rosbridge_server" / "rosbridge_websocket"
    for folder in (index, program.parent):
        folder.mkdir(parents=True)
    (index / "rosbridge_server").touch()
    program.touch(mode=0o755)
    monkeypatch.setenv("AMENT_PREFIX_PATH", f"{tmp_path}:{os.environ['AMENT_PREFIX_PATH']}")
    processes = plan_graph({"bridge": "suite", "rosbridge_port": "9999", "bind": "::1"}).processes
    settings = {process.node: effective_parameters(process) for process in processes}
    assert settings["/deeplens1/signage_bridge"]["serve_rosbridge"] is False
    suite = settings["/rosbridge_websocket"]
    assert (suite["address"], suite["port"]) == ("::1", 9999)
    assert "*/playback" in suite["topics_glob"] and suite["services_glob"] == "['*/record_playback']"
    settings = {process.node: effective_parameters(process) for process in plan_graph({}).processes}
    assert settings["/deeplens1/signage_bridge"]["serve_rosbridge"] is True


def test_a_parameter_file_counts_where_it_says_something_a_launch_argument_says_too(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("/**/camera: {ros__parameters: {fps: 7.5, jpeg_quality: 50}}\n")
    settings = effective_parameters(plan_graph({"params_file": str(path), "width": "640"}).processes[0])
    assert (settings["fps"], settings["jpeg_quality"], settings["width"]) == (7.5, 50, 640)


def test_processes_are_given_less_than_5_s_to_end():
    assert all(process.stop.sigterm_s + process.stop.sigkill_s < 5 for process in plan_graph({}).processes)


def test_files_that_the_launch_names_are_installed():
    config = launch_file().parent.parent / "config"
    assert (
        (config / "signage.yaml").exists()
        and (config / "fastdds.xml").exists()
        and (config / "fastdds_images.xml").exists()
    )
