import re
import socket
from dataclasses import replace

import pytest
from signage_bridge import startup
from signage_bridge.params import SignageBridgeParams, items
from signage_bridge.startup import address_of, listen, port_of
from signage_common.errors import ConfigurationError


def pytest_faults(values):
    return [pytest.param(value, marks=pytest.mark.fault) for value in values]


PARAMS = SignageBridgeParams(http_port=0, rosbridge_port=0)


def test_items_may_be_separate_or_in_one_text():
    assert items(["a, b", "", " c "]) == ["a", "b", "c"]
    assert items([""]) == []


def test_the_policy_is_that_of_the_contract():
    policy = startup.read_policy(PARAMS, "deeplens1")
    assert policy.subscribe == {"/deeplens1/ad", "/deeplens1/presence", "/diagnostics"}
    assert (policy.publish, policy.services) == ({"/deeplens1/playback"}, frozenset())
    assert startup.read_policy(replace(PARAMS, devices=("a", "b")), "deeplens1").devices == ("a", "b")


@pytest.mark.parametrize("name", ["*", "/deeplens1/", "ad topic", "1ad"])
def test_a_name_that_ros_does_not_allow(name):
    with pytest.raises(ConfigurationError, match="parameter subscribe_topics"):
        startup.read_policy(replace(PARAMS, subscribe_topics=(name,)), "deeplens1")


def test_both_ports_are_taken_or_none():
    page, rosbridge = startup.take_ports(PARAMS)
    page_port, taken_port = page.getsockname()[1], rosbridge.getsockname()[1]
    page.close()
    with rosbridge, pytest.raises(ConfigurationError, match=f"rosbridge_port:={taken_port}"):
        startup.take_ports(replace(PARAMS, http_port=page_port, rosbridge_port=taken_port))
    with socket.create_server(("127.0.0.1", page_port)):
        pass


def test_the_ports_must_differ():
    with pytest.raises(ConfigurationError, match="another port than http_port"):
        startup.take_ports(replace(PARAMS, http_port=8080, rosbridge_port=8080))


def test_another_server_may_have_rosbridge():
    page, rosbridge = startup.take_ports(replace(PARAMS, serve_rosbridge=False))
    page.close()
    assert rosbridge is None


def test_a_page_is_needed(tmp_path, monkeypatch):
    monkeypatch.setenv("SIGNAGE_HOME", str(tmp_path))
    with pytest.raises(ConfigurationError, match="signage setup"):
        startup.find_page(PARAMS)
    with pytest.raises(ConfigurationError, match=r"page_dir:=.*expected a folder with index.html"):
        startup.find_page(replace(PARAMS, page_dir=str(tmp_path)))
    (tmp_path / "index.html").touch()
    assert startup.find_page(replace(PARAMS, page_dir=str(tmp_path))) == tmp_path


def test_what_others_can_reach_is_named():
    assert startup.exposure_warning("127.0.0.1", [1, 2]) is None
    warning = startup.exposure_warning("0.0.0.0", [8080, 9090])
    assert all(word in warning for word in ("advertisements", "presence", "playback", "8080, 9090", "password"))


def test_any_free_port():
    with listen("127.0.0.1", 0, "http_port") as listener, socket.create_connection(("127.0.0.1", port_of(listener))):
        assert port_of(listener) > 0


def test_a_port_in_use_is_named_with_its_parameter():
    with listen("127.0.0.1", 0, "http_port") as taken:
        port = port_of(taken)
        with pytest.raises(ConfigurationError) as error:
            listen("127.0.0.1", port, "rosbridge_port")
    assert f"rosbridge_port:={port}: the port is in use on 127.0.0.1" in str(error.value)
    assert "\n" not in str(error.value)


STRANGE = [
    "",
    " ",
    "-",
    ".",
    "1.2.3",
    "192.168.1..10",
    "256.1.1.1",
    "127.0.0.1/8",
    "127.0.0.1 ",
    "[::1]",
    "::1%lo",
    "fe80::1",
]
NO_NAMES = [
    "localhost:80",
    "http://localhost",
    "한국",
    "\udcff",
    "a\0b",
    "a\nb",
    "1e3",
    "x" * 300,
    f"a..{'b' * 70}",
    "*",
]
NOBODYS = ["255.255.255.255", "224.0.0.1", "ff02::1"]


@pytest.mark.parametrize(
    "bind",
    ["192.0.2.1", "no such host", "host.invalid", *pytest_faults([*STRANGE, *NO_NAMES, *NOBODYS])],
)
def test_an_address_that_is_not_ours(bind):
    with pytest.raises(ConfigurationError, match=r"^bind:=.*expected an address of this machine$"):
        listen(bind, 0, "http_port")


@pytest.mark.fault
@pytest.mark.parametrize(
    ("bind", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("localhost", r"127\.0\.0\.1|\[::1\]"),
        ("0.0.0.0", r"0\.0\.0\.0"),
        ("0", r"0\.0\.0\.0"),
        ("::", r"\[::\]"),
        ("::1", r"\[::1\]"),
        ("0:0:0:0:0:0:0:1", r"\[::1\]"),
        ("::ffff:127.0.0.1", r"\[::ffff:127\.0\.0\.1\]"),
    ],
)
def test_the_address_that_is_told_is_the_one_that_was_bound(bind, address):
    with listen(bind, 0, "http_port") as listener:
        assert re.fullmatch(address, address_of(listener))


@pytest.mark.fault
def test_a_public_address_that_is_none_is_one_line():
    expected = r"^public_url: expected an address such as https://.* got 'sign\.example'$"
    with pytest.raises(ConfigurationError, match=expected):
        startup.read_setup(replace(PARAMS, public_url="sign.example"), "deeplens1")


@pytest.mark.fault
def test_a_page_in_the_home_folder_of_nobody_is_one_line():
    with pytest.raises(ConfigurationError, match="~no-such-user/page: no such home folder"):
        startup.find_page(replace(PARAMS, page_dir="~no-such-user/page"))
