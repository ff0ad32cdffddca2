import pytest
from signage_bridge.errors import OperationError
from signage_bridge.rosbridge.commands import Advertise, Publish, Subscribe, Unsubscribe
from signage_bridge.rosbridge.operations import normalise_type

AD = "/deeplens1/ad"
PLAYBACK = "/deeplens1/playback"
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
def test_a_subscription_that_is_forbidden_or_wrong_is_refused(peer, fields, words):
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


def test_the_last_subscription_ends_the_stream(peer):
    peer.subscribe(id="a")
    peer.subscribe(id="b")
    assert peer.send({"op": "unsubscribe", "topic": "ad", "id": "a"}) == []
    peer.deliver(AD)
    assert len(peer.received()) == 1
    assert peer.send({"op": "unsubscribe", "topic": "ad", "id": "b"}) == [Unsubscribe(AD)]
    peer.deliver(AD)
    assert peer.received() == []


def test_without_an_id_all_subscriptions_end(peer):
    peer.subscribe(id="a")
    peer.subscribe(id="b")
    assert peer.send({"op": "unsubscribe", "topic": "ad"}) == [Unsubscribe(AD)]


def test_what_waits_is_forgotten_with_the_subscription(peer):
    peer.subscribe()
    peer.deliver(AD)
    peer.send({"op": "unsubscribe", "topic": "ad"})
    assert peer.received() == []


def test_what_was_never_subscribed_to_is_a_warning(peer):
    peer.send({"op": "unsubscribe", "topic": "ad", "id": "a"})
    assert peer.statuses() == []
    peer.send({"op": "set_level", "level": "warning"})
    peer.send({"op": "unsubscribe", "topic": "ad", "id": "a"})
    peer.subscribe(id="a")
    peer.send({"op": "unsubscribe", "topic": "ad", "id": "z"})
    assert peer.statuses() == [("warning", "a"), ("warning", "z")]
    assert peer.session.refused == 0


def test_unsubscribing_needs_a_topic(peer):
    peer.send({"op": "unsubscribe", "id": "a"})
    assert peer.statuses() == [("error", "a")]


def test_an_allowed_topic_is_advertised_with_its_type(peer):
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
def test_any_other_advertisement_is_refused(peer, fields, words):
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


def test_unadvertise_forgets_the_topic(make_peer):
    peer = make_peer(publish=["/weather"])
    peer.send({"op": "advertise", "topic": "/weather", "type": "std_msgs/String"})
    assert peer.send({"op": "publish", "topic": "/weather", "msg": {}})
    peer.send({"op": "unadvertise", "topic": "/weather"})
    assert not peer.send({"op": "publish", "topic": "/weather", "msg": {}})
    assert peer.statuses() == [("error", None)]


def test_what_was_not_advertised_is_a_warning_and_what_is_forbidden_an_error(peer):
    peer.send({"op": "set_level", "level": "warning"})
    peer.send({"op": "unadvertise", "topic": "playback", "id": "a"})
    peer.send({"op": "unadvertise", "topic": "ad", "id": "b"})
    assert peer.statuses() == [("warning", "a"), ("error", "b")]


def test_a_published_topic_of_known_type_need_not_be_advertised(peer):
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
def test_any_other_publication_is_refused(peer, fields, words):
    assert peer.send({"op": "publish", "id": "a", **fields}) == []
    [status] = peer.received()
    assert (status["level"], status["id"]) == ("error", "a") and words in status["msg"]


def test_the_publishing_rate_of_a_client_is_bounded_and_the_refusal_carries_the_id(make_peer):
    peer = make_peer(publishes_per_s=2.0, publishes_burst=3)
    sent = [bool(peer.send({"op": "publish", "topic": "playback", "msg": {}, "id": i}, now_s=0.0)) for i in range(5)]
    assert sent == [True, True, True, False, False]
    [first, second] = peer.received()
    assert first["id"] == 3 and second["id"] == 4 and "too many messages, at most 2 a second" in first["msg"]
    assert peer.send({"op": "publish", "topic": "playback", "msg": {}}, now_s=0.5)


@pytest.mark.parametrize(
    ("level", "heard"),
    [("none", []), ("error", ["error"]), ("warning", ["warning", "error"]), ("info", ["info", "warning", "error"])],
)
def test_a_level_lets_through_what_is_as_serious(peer, level, heard):
    peer.send({"op": "set_level", "level": level})
    peer.received()
    peer.subscribe()
    peer.send({"op": "unsubscribe", "topic": "presence"})
    peer.send({"op": "dance"})
    assert [word for word, _ in peer.statuses()] == heard


def test_success_is_told_at_info_with_the_id(peer):
    peer.send({"op": "set_level", "level": "info", "id": "l"})
    peer.subscribe(id="s")
    peer.send({"op": "unsubscribe", "topic": "ad", "id": "s"})
    peer.send({"op": "advertise", "topic": "playback", "type": "signage_msgs/AdPlayback", "id": "a"})
    peer.send({"op": "unadvertise", "topic": "playback", "id": "n"})
    assert peer.statuses() == [("info", name) for name in "lssan"]


@pytest.mark.parametrize("level", ["loud", "ERROR", 3, None])
def test_an_unknown_level_is_refused_and_changes_nothing(peer, level):
    peer.send({"op": "set_level", "level": level, "id": "a"})
    peer.send({"op": "dance", "id": "b"})
    assert peer.statuses() == [("error", "a"), ("error", "b")]


@pytest.mark.parametrize(
    ("name", "kind", "long"),
    [
        ("signage_msgs/AdSelection", "msg", "signage_msgs/msg/AdSelection"),
        ("signage_msgs/msg/AdSelection", "msg", "signage_msgs/msg/AdSelection"),
        ("signage_msgs/ChooseAd", "srv", "signage_msgs/srv/ChooseAd"),
        ("std_msgs/msg/Int8", "msg", "std_msgs/msg/Int8"),
    ],
)
def test_the_long_form_of_a_type(name, kind, long):
    assert normalise_type(name, kind) == long


@pytest.mark.parametrize(
    "name", ["", "String", "a/b/c/D", "os/path", "../etc/Passwd", "std_msgs/srv/Int8", "A/msg/B", "a//B"]
)
def test_a_name_that_is_no_type(name):
    with pytest.raises(OperationError, match="package/msg/Name"):
        normalise_type(name)


NO_NUMBERS = [
    "9" * 4000,
    "-1",
    "-" + "9" * 4000,
    "1e999",
    "-1e999",
    "NaN",
    "Infinity",
    "true",
    '"5"',
    "0.5",
    "[]",
    "{}",
]
NUMBERS = {
    "throttle_rate": '{"op": "subscribe", "topic": "ad", "id": "n", "throttle_rate": NUMBER}',
    "queue_length": '{"op": "subscribe", "topic": "ad", "id": "n", "queue_length": NUMBER}',
    "fragment_size": '{"op": "subscribe", "topic": "ad", "id": "n", "fragment_size": NUMBER}',
    "total": '{"op": "fragment", "id": "n", "data": "", "num": 0, "total": NUMBER}',
    "num": '{"op": "fragment", "id": "n", "data": "", "total": 2, "num": NUMBER}',
    "answer": '{"op": "call_service", "service": "choose_ad", "id": "n", "fragment_size": NUMBER}',
}


@pytest.mark.fault
@pytest.mark.parametrize("number", NO_NUMBERS, ids=lambda number: number[:10])
@pytest.mark.parametrize("field", NUMBERS)
def test_every_numeric_field_refuses_what_it_can_not_mean(make_peer, field, number):
    peer = make_peer(services=["choose_ad"])
    assert peer.send(NUMBERS[field].replace("NUMBER", number)) == []
    status = peer.received()[-1]
    assert (status["op"], status["id"], status["code"]) == ("status", "n", "bad_message")
    assert "expected a whole number" in status["msg"] and len(status["msg"]) < 200


CALL = '{"op": "call_service", "service": "choose_ad", "id": "n", "timeout": NUMBER}'


@pytest.mark.fault
@pytest.mark.parametrize("number", [each for each in [*NO_NUMBERS, "61"] if each not in ("-1", "0.5")])
def test_the_time_of_a_call_is_bounded(make_peer, number):
    peer = make_peer(services=["choose_ad"])
    assert peer.send(CALL.replace("NUMBER", number)) == []
    assert peer.received()[-1]["code"] == "bad_message"
    for longest in ("-1", "0", "-" + "9" * 399):
        (call,) = peer.send(CALL.replace("NUMBER", longest))
        assert call.timeout_s == 60.0


CODES = [
    ("{", "bad_message"),
    ("[]", "bad_message"),
    ({"op": "subscribe"}, "bad_message"),
    ({"op": "subscribe", "topic": "ad", "type": "std_msgs/String"}, "bad_message"),
    ({"op": "publish", "topic": "playback", "msg": 5}, "bad_message"),
    ({"op": "set_level", "level": "loud"}, "bad_message"),
    ({"op": "subscribe", "topic": "/rosout"}, "not_allowed"),
    ({"op": "publish", "topic": "ad", "msg": {}}, "not_allowed"),
    ({"op": "call_service", "service": "/rosapi/topics"}, "not_allowed"),
    ({"op": "dance"}, "unknown"),
    ({}, "unknown"),
    ({"op": 5}, "unknown"),
    ({"op": "unsubscribe", "topic": "ad"}, "unknown"),
    ({"op": "unadvertise", "topic": "playback"}, "unknown"),
]


@pytest.mark.fault
@pytest.mark.parametrize(("message", "code"), CODES)
def test_a_refusal_says_of_what_kind_it_is_for_programs(peer, message, code):
    peer.send({"op": "set_level", "level": "warning"})
    peer.send(message)
    assert peer.received()[-1]["code"] == code


@pytest.mark.fault
def test_whatever_is_right_again_later_says_so(make_peer):
    peer = make_peer(services=["choose_ad"], subscriptions=1, publishes_burst=1, pending_calls=1, fragmented=1)
    asked = [
        {"op": "subscribe", "topic": "ad"},
        {"op": "publish", "topic": "playback", "msg": {}},
        {"op": "call_service", "service": "choose_ad"},
        {"op": "fragment", "num": 0, "total": 2, "data": ""},
    ]
    for message in asked:
        peer.send({**message, "id": "first"})
    for number, message in enumerate(asked):
        peer.send({**message, "id": number})
    codes = {status["id"]: status["code"] for status in peer.received() if status["op"] == "status"}
    assert codes == dict.fromkeys(range(len(asked)), "too_many")
    flooding = make_peer(messages_burst=1)
    for number in range(2):
        flooding.send({"op": "set_level", "level": "error", "id": number})
    assert [(status["id"], status["code"]) for status in flooding.received()] == [(1, "too_many")]


@pytest.mark.fault
def test_what_was_done_has_no_code(peer):
    peer.send({"op": "set_level", "level": "info"})
    assert "code" not in peer.received()[-1]
