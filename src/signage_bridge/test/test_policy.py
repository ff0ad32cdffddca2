import pytest
from signage_bridge.errors import OperationError
from signage_bridge.policy import absolute, make_policy

DEFAULT = make_policy(["deeplens1"], ["ad", "presence", "/diagnostics"], ["playback"], [])
TWO = make_policy(["deeplens1", "deeplens2"], ["ad", "/diagnostics"], ["playback"], ["choose_ad"])


@pytest.mark.parametrize(
    ("name", "topic"),
    [
        ("ad", "/deeplens1/ad"),
        ("/deeplens1/ad", "/deeplens1/ad"),
        ("deeplens1/ad", "/deeplens1/ad"),
        ("presence", "/deeplens1/presence"),
        ("/diagnostics", "/diagnostics"),
        ("diagnostics", "/diagnostics"),
    ],
)
def test_names_that_may_be_subscribed_to(name, topic):
    assert DEFAULT.resolve_subscribed(name) == topic


NAMES = ["", "/", "/ad", "//ad", "/deeplens1/ad/", "/deeplens2/ad", "playback", "*", "~/ad", "ad\n"]


@pytest.mark.parametrize("name", [*NAMES, pytest.param("a" * 300, id="long")])
def test_any_other_name_is_refused(name):
    with pytest.raises(OperationError, match="may not be subscribed to; allowed: /deeplens1/ad, "):
        DEFAULT.resolve_subscribed(name)


def test_only_playback_may_be_published_and_no_service_called():
    assert DEFAULT.resolve_published("playback") == "/deeplens1/playback"
    with pytest.raises(OperationError, match="may not be published; allowed: /deeplens1/playback"):
        DEFAULT.resolve_published("ad")
    with pytest.raises(OperationError, match="may not be called; allowed: none"):
        DEFAULT.resolve_service("choose_ad")


def test_each_device_has_the_relative_names():
    assert TWO.resolve_subscribed("/deeplens2/ad") == "/deeplens2/ad"
    assert TWO.resolve_subscribed("ad") == "/deeplens1/ad"
    assert TWO.resolve_service("/deeplens2/choose_ad") == "/deeplens2/choose_ad"
    assert TWO.newest_only == {"/deeplens1/ad", "/deeplens2/ad", "/diagnostics"}


@pytest.mark.parametrize(
    ("name", "type_name"),
    [
        ("/deeplens1/ad", "signage_msgs/msg/AdSelection"),
        ("/deeplens1/playback", "signage_msgs/msg/AdPlayback"),
        ("/diagnostics", "diagnostic_msgs/msg/DiagnosticArray"),
        ("/deeplens9/ad", None),
        ("/weather", None),
    ],
)
def test_types(name, type_name):
    assert DEFAULT.type_of(name) == type_name


def test_what_is_watched_all_the_time_is_what_is_allowed_of_it():
    assert DEFAULT.watched == ["/deeplens1/ad", "/deeplens1/presence", "/diagnostics"]
    assert make_policy(["deeplens1"], ["ad", "faces", "/weather"], [], []).watched == ["/deeplens1/ad"]


def test_absolute():
    assert absolute("a", "b") == "/a/b" and absolute("a", "/b") == "/b"
