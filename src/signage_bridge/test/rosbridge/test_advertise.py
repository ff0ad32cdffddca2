import pytest
from signage_bridge.rosbridge.commands import Advertise

PLAYBACK = "/deeplens1/playback"


def test_an_allowed_topic_with_its_type(peer):
    message = {"op": "advertise", "topic": "playback", "type": "signage_msgs/AdPlayback", "latch": False, "id": 1}
    assert peer.send(message) == [Advertise(PLAYBACK, "signage_msgs/msg/AdPlayback", 1)]
    assert peer.received() == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"topic": "ad", "type": "signage_msgs/AdSelection"}, "may not be published; allowed: /deeplens1/playback"),
        ({"topic": "/cmd_vel", "type": "geometry_msgs/Twist"}, "may not be published"),
        ({"topic": "playback", "type": "std_msgs/String"}, "has type signage_msgs/msg/AdPlayback"),
        ({"topic": "playback", "type": "String"}, "expected a type"),
        ({"topic": "playback"}, "field type"),
    ],
)
def test_anything_else_is_refused(peer, fields, words):
    assert peer.send({"op": "advertise", "id": "a", **fields}) == []
    [status] = peer.received()
    assert (status["level"], status["id"]) == ("error", "a") and words in status["msg"]


def test_the_type_of_an_unknown_topic_is_what_the_client_said_first(make_peer):
    peer = make_peer(publish=["/weather", "/wind"], advertisements=1)
    assert peer.send({"op": "advertise", "topic": "/weather", "type": "std_msgs/String"})
    assert not peer.send({"op": "advertise", "topic": "/weather", "type": "std_msgs/Int8"})
    assert "advertised with type std_msgs/msg/String, not std_msgs/msg/Int8" in peer.received()[0]["msg"]
    assert not peer.send({"op": "advertise", "topic": "/wind", "type": "std_msgs/String"})
    assert "more than 1 topics" in peer.received()[0]["msg"]


def test_an_advertisement_that_could_not_be_made_is_undone(make_peer):
    peer = make_peer(publish=["/weather"])
    peer.send({"op": "advertise", "topic": "/weather", "type": "std_msgs/String"})
    peer.session.cancel_advertisement("/weather")
    peer.send({"op": "publish", "topic": "/weather", "msg": {}})
    assert "advertise /weather with its type first" in peer.received()[0]["msg"]
