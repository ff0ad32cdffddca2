import pytest
from signage_bridge.rosbridge.commands import Subscribe

AD = "/deeplens1/ad"
PRESENCE = "/deeplens1/presence"


@pytest.mark.parametrize("name", ["ad", "/deeplens1/ad", "deeplens1/ad"])
def test_a_topic_is_known_by_its_relative_and_its_absolute_name(peer, name):
    assert peer.send({"op": "subscribe", "topic": name, "id": "a"}) == [
        Subscribe(AD, name, "signage_msgs/msg/AdSelection", "a")
    ]
    peer.deliver(AD)
    assert peer.received() == [{"op": "publish", "topic": name, "msg": {"data": "x"}}]


@pytest.mark.parametrize("type_name", ["signage_msgs/AdSelection", "signage_msgs/msg/AdSelection", "", None])
def test_both_forms_of_a_type_are_understood(peer, type_name):
    assert peer.send({"op": "subscribe", "topic": "ad", "type": type_name})
    assert peer.received() == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"topic": "faces"}, "may not be subscribed to; allowed: /deeplens1/ad, /deeplens1/presence, /diagnostics"),
        ({"topic": "/deeplens2/ad"}, "may not be"),
        ({"topic": "/deeplens1/image_raw/compressed"}, "may not be"),
        ({"topic": "/deeplens1/../ad"}, "may not be"),
        ({"topic": "//ad"}, "may not be"),
        ({"topic": "*"}, "may not be"),
        ({"topic": 5}, "field topic"),
        ({"type": "std_msgs/String"}, "has type signage_msgs/msg/AdSelection, not std_msgs/msg/String"),
        ({"type": "nonsense"}, "expected a type such as package/msg/Name"),
        ({"type": "signage_msgs/srv/ChooseAd"}, "expected a type such as package/msg/Name"),
        ({"type": 7}, "field type"),
        ({"throttle_rate": -1}, "field throttle_rate: expected a whole number of at least 0, got -1"),
        ({"throttle_rate": "fast"}, "field throttle_rate"),
        ({"throttle_rate": 0.5}, "field throttle_rate"),
        ({"throttle_rate": True}, "field throttle_rate"),
        ({"queue_length": -1}, "field queue_length"),
        ({"fragment_size": 0}, "field fragment_size: expected a whole number of at least 1"),
        ({"compression": "zip"}, "expected one of none, png, cbor, cbor-raw, got 'zip'"),
    ],
)
def test_what_is_forbidden_or_wrong_is_refused(peer, fields, words):
    assert peer.send({"op": "subscribe", "topic": "ad", "id": "a", **fields}) == []
    [status] = peer.received()
    assert (status["level"], status["id"]) == ("error", "a") and words in status["msg"]
    peer.deliver(AD)
    assert peer.received() == []


def test_several_subscriptions_to_a_topic_are_one_stream_with_the_wishes_of_all(peer):
    peer.subscribe(PRESENCE, id="a", throttle_rate=1000, queue_length=5)
    peer.subscribe(PRESENCE, id="b", throttle_rate=100)
    for time_s in (0.0, 0.05, 0.1):
        peer.deliver(PRESENCE, str(time_s), now_s=time_s)
    assert [message["msg"]["data"] for message in peer.received(0.1)] == ["0.0"]
    assert [message["msg"]["data"] for message in peer.received(0.2)] == ["0.05"]


def test_each_name_of_a_topic_is_a_stream_of_its_own(peer):
    peer.subscribe("ad")
    peer.subscribe(AD)
    peer.deliver(AD)
    assert {message["topic"] for message in peer.received()} == {"ad", AD}


def test_the_number_of_subscriptions_is_bounded(make_peer):
    peer = make_peer(subscriptions=3)
    for number in range(3):
        peer.subscribe(id=number)
    assert peer.send({"op": "subscribe", "topic": "ad", "id": 3}) == []
    assert "more than 3 subscriptions" in peer.received()[0]["msg"]
    assert peer.send({"op": "subscribe", "topic": "ad", "id": 2, "throttle_rate": 5})


def test_a_topic_that_only_the_graph_knows_gets_its_type_there(make_peer):
    peer = make_peer(subscribe=["/weather"])
    assert peer.send({"op": "subscribe", "topic": "/weather"}) == [Subscribe("/weather", "/weather", None, None)]
    assert peer.send({"op": "subscribe", "topic": "/weather", "type": "std_msgs/String"}) == [
        Subscribe("/weather", "/weather", "std_msgs/msg/String", None)
    ]


def test_a_subscription_that_could_not_be_made_is_undone(peer):
    peer.subscribe()
    peer.session.cancel_subscription("ad")
    peer.session.cancel_subscription("ad")
    peer.deliver(AD)
    assert peer.received() == [] and peer.session.topics == set()


@pytest.mark.parametrize(
    ("compression", "message"),
    [
        ("cbor", {"op": "publish", "topic": "ad", "msg": {"data": "x"}}),
        ("cbor-raw", {"op": "publish", "topic": "ad", "msg": {"secs": 1, "nsecs": 2, "bytes": b"x"}}),
    ],
)
def test_binary_forms(peer, compression, message):
    peer.subscribe(compression=compression)
    peer.deliver(AD)
    assert peer.received() == [message]
