import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from signage_common.errors import ConfigurationError
from signage_common.params import parameter
from signage_common.sockets import free_ports, listen
from signage_launch.launch_xml.plan import ParameterText, Plan, ProcessPlan
from signage_launch.preflight import check, check_ports, check_source, listeners


def process(node, **parameters):
    text = f"/d/{node}: {{ros__parameters: {parameters}}}"
    return ProcessPlan(node, (node, "--params-file", ParameterText(text)), {}, node=f"/d/{node}")


@pytest.fixture
def taken_port():
    with listen("127.0.0.1", 0) as server:
        yield server.getsockname()[1]


@pytest.fixture
def free_port():
    return free_ports(1)[0]


@pytest.mark.parametrize(
    "source", ["0", "/dev/video7", "rtsp://camera/1", "http://camera/mjpeg", "synthetic", "awscam"]
)
def test_devices_and_addresses_may_still_come(source):
    check_source(source)


def test_files_folders_and_globs_must_exist(tmp_path):
    (tmp_path / "a.jpg").touch()
    for source in (tmp_path, tmp_path / "a.jpg", tmp_path / "*.jpg"):
        check_source(str(source))
    for source in (tmp_path / "b.jpg", tmp_path / "*.png", "no-such-film.webm"):
        with pytest.raises(ConfigurationError, match=r"no such file or folder; expected a device, file"):
            check_source(str(source))


def test_a_taken_port_is_named_with_the_argument_that_changes_it(taken_port):
    with pytest.raises(
        ConfigurationError, match=rf"port {taken_port} on 127.0.0.1 is in use; choose .* http_port:=NUMBER"
    ):
        check_ports({"http_port": ("127.0.0.1", taken_port)})


def test_a_free_port_is_free_afterwards_too(free_port):
    check_ports({"http_port": ("127.0.0.1", free_port)})
    check_ports({"http_port": ("127.0.0.1", free_port)})


def test_two_servers_can_not_share_a_port(free_port):
    with pytest.raises(ConfigurationError, match="is in use; choose another with rosbridge_port:=NUMBER"):
        check_ports({"http_port": ("127.0.0.1", free_port), "rosbridge_port": ("127.0.0.1", free_port)})


def test_any_free_port_is_fine():
    check_ports({"http_port": ("127.0.0.1", 0), "rosbridge_port": ("127.0.0.1", 0)})


@pytest.mark.parametrize(
    ("address", "port", "message"),
    [
        ("192.0.2.1", 0, "bind:=192.0.2.1: not an address of this machine"),
        ("no such host", 0, "bind:=no such host: not an address"),
        ("127.0.0.1", 70000, "http_port:=70000: expected a port from 1 to 65535"),
        ("127.0.0.1", -1, "http_port:=-1: expected a port"),
    ],
)
def test_an_address_that_is_not_ours_and_no_port(address, port, message):
    with pytest.raises(ConfigurationError, match=message):
        check_ports({"http_port": (address, port)})


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, {}),
        (
            {"signage_bridge": {"bind": "::1", "http_port": 1, "rosbridge_port": 2, "serve_rosbridge": True}},
            {"http_port": ("::1", 1), "rosbridge_port": ("::1", 2)},
        ),
        (
            {
                "signage_bridge": {"bind": "::1", "http_port": 1, "rosbridge_port": 2, "serve_rosbridge": False},
                "rosbridge_websocket": {"address": "::1", "port": 3},
            },
            {"http_port": ("::1", 1), "rosbridge_port": ("::1", 3)},
        ),
    ],
)
def test_the_servers_of_a_graph(parameters, expected):
    assert listeners(parameters) == expected


def test_what_the_set_up_makes_is_asked_for_where_no_other_folder_is_given(tmp_path, monkeypatch):
    monkeypatch.setenv("SIGNAGE_HOME", str(tmp_path))
    for node, folder in (("face_inference", "models_dir"), ("signage_bridge", "page_dir")):
        with pytest.raises(ConfigurationError, match=r"not found; `\./signage setup` makes it"):
            check(Plan([process(node)]))
        check(Plan([process(node, **{folder: "/elsewhere"})]))


def test_a_plan_whose_source_or_port_is_wrong_is_refused(taken_port):
    good = process("camera", source="synthetic")
    check(Plan([good]))
    with pytest.raises(ConfigurationError, match="no-film"):
        check(Plan([process("camera", source="no-film")]))
    with pytest.raises(ConfigurationError, match="is in use"):
        check(Plan([good, process("signage_bridge", bind="127.0.0.1", http_port=taken_port, page_dir="/p")]))


def test_a_node_of_the_plan_is_checked_by_its_own_check():
    told = []
    check(Plan([process("camera", source="synthetic")]), {"camera": told.append, "ad_selector": told.append})
    assert told == [{"source": "synthetic"}]


NOBODY = 65534


@pytest.fixture
def closed_folder():
    """A folder with a photo that another user than root can't enter, for the time that this process is one."""
    if os.geteuid() != 0:
        pytest.skip("needs root, to become another user")
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder, "a.jpg").touch(0o600)
        Path(folder, "closed").mkdir(0o700)
        Path(folder).chmod(0o755)
        os.seteuid(NOBODY)
        yield Path(folder)
        os.seteuid(0)


@pytest.mark.fault
@pytest.mark.parametrize("name", ["a.jpg", "closed", "closed/a.jpg"])
def test_a_source_that_may_not_be_read_is_refused(closed_folder, name):
    with pytest.raises(ConfigurationError, match=rf"^source {closed_folder / name}: Permission denied; expected a dev"):
        check_source(str(closed_folder / name))


@pytest.mark.fault
def test_a_glob_in_a_folder_that_may_not_be_read_finds_nothing(closed_folder):
    with pytest.raises(ConfigurationError, match="no such file or folder"):
        check_source(str(closed_folder / "closed" / "*.jpg"))


@pytest.mark.fault
@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("a" * 300, "File name too long"),
        ("a/" * 3000 + "*", "no such file or folder"),
        ("a\0b", "no such file or folder"),
        ("~nobody-of-this-name/a.jpg", "no such file or folder"),
        ("loop", "Too many levels of symbolic links"),
        ("loop/a.jpg", "Too many levels of symbolic links"),
        ("nothing", "no such file or folder"),
        ("file.txt/a.jpg", "no such file or folder"),
        ("[", "no such file or folder"),
        ("[a-", "no such file or folder"),
        ("caf\udce9.jpg", "no such file or folder"),
        ("a\nb", "no such file or folder"),
        ("", "no such file or folder"),
    ],
)
def test_names_that_lead_nowhere_are_one_line(tmp_path, monkeypatch, source, reason):
    monkeypatch.chdir(tmp_path)
    Path("loop").symlink_to("loop")
    Path("nothing").symlink_to("gone")
    Path("file.txt").touch()
    with pytest.raises(ConfigurationError, match=f"^source .*: {reason}; expected") as raised:
        check_source(source)
    assert "\n" not in str(raised.value) and len(str(raised.value)) < 400


@pytest.mark.fault
@pytest.mark.parametrize(
    "source", ["rtsp:/admin:secret@h/1", "admin:secret@h/1", "http:/h/1?user=a&pwd=secret", "h/video?token=secret"]
)
def test_what_may_be_a_password_is_not_repeated(source):
    with pytest.raises(ConfigurationError, match="no such file or folder") as raised:
        check_source(source)
    assert "secret" not in str(raised.value)


@pytest.mark.fault
@pytest.mark.parametrize(
    "address",
    [
        *("192.168.1..10", "192.168.1.10.", "..", ".", "a" * 300, "a.b" * 100, "127.0.0.1:8080", "http://127.0.0.1/"),
        *("[::1]", "1.2.3.4%eth0", "fe80::1%nothing", "::1::", "127.0.0.1 ", "a b", "*", "", "a\0b", "한국", "\udce9"),
        *("999.1.1.1", "-1"),
    ],
)
def test_an_address_that_is_none_is_one_line(address):
    with pytest.raises(ConfigurationError, match=r"^bind:=.*: not an address of this machine$") as raised:
        check_ports({"http_port": (address, 0)})
    assert "\n" not in str(raised.value) and len(str(raised.value)) < 200


@dataclass(frozen=True)
class CameraParams:
    source: str = parameter("", "Where images come from.")
    fps: float = parameter(0.0, "Images a second.", 0.0, 120.0)


@pytest.mark.fault
@pytest.mark.parametrize(
    ("values", "given", "message"),
    [
        ({"fps": 500.0}, {"fps": "500"}, "^launch argument fps: expected 0 to 120, got 500$"),
        ({"fps": 500.0}, {"fps": "0.0"}, "^node camera: parameter fps: expected 0 to 120, got 500$"),
        ({"source": 0}, {"source": "synthetic"}, "^node camera: parameter source: expected a text, got '0'$"),
    ],
)
def test_values_are_checked_before_anything_else(values, given, message):
    plan = Plan([process("camera", **{"source": "no-film", **values})], given=given)
    with pytest.raises(ConfigurationError, match=message):
        check(plan, params={"camera": CameraParams})
