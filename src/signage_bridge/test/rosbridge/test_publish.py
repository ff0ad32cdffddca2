import pytest
from signage_bridge.rosbridge.commands import Publish

PLAYBACK = "/deeplens1/playback"


def test_a_topic_of_known_type_need_not_be_advertised(peer):
    assert peer.send({"op": "publish", "topic": "playback", "msg": {"event": 1}, "id": "a", "latch": True}) == [
        Publish(PLAYBACK, "signage_msgs/msg/AdPlayback", {"event": 1}, "a")
    ]
    assert peer.received() == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"topic": "ad", "msg": {}}, "may not be published; allowed: /deeplens1/playback"),
        ({"topic": "/parameter_events", "msg": {}}, "may not be published"),
        ({"topic": "playback"}, "field msg: expected an object, it is missing"),
        ({"topic": "playback", "msg": []}, "field msg: expected an object, got []"),
        ({"msg": {}}, "field topic"),
    ],
)
def test_anything_else_is_refused(peer, fields, words):
    assert peer.send({"op": "publish", "id": "a", **fields}) == []
    [status] = peer.received()
    assert (status["level"], status["id"]) == ("error", "a") and words in status["msg"]


def test_the_rate_of_a_client_is_bounded_and_the_refusal_carries_the_id(make_peer):
    peer = make_peer(publishes_per_s=2.0, publishes_burst=3)
    sent = [bool(peer.send({"op": "publish", "topic": "playback", "msg": {}, "id": i}, now_s=0.0)) for i in range(5)]
    assert sent == [True, True, True, False, False]
    [first, second] = peer.received()
    assert first["id"] == 3 and second["id"] == 4 and "too many messages, at most 2 a second" in first["msg"]
    assert peer.send({"op": "publish", "topic": "playback", "msg": {}}, now_s=0.5)
