import json

import pytest
from signage_bridge.rosbridge.limits import TokenBucket


@pytest.mark.parametrize(
    ("text", "request_id", "words"),
    [
        ("", None, "not JSON"),
        ("{", None, "not JSON"),
        ("[]", None, "expected a JSON object, got list"),
        ("null", None, "expected a JSON object"),
        ('{"id": "a"}', "a", "string field op"),
        ('{"op": 5, "id": 7}', 7, "string field op"),
        ('{"op": "dance", "id": "a"}', "a", "'dance' is not supported"),
        ('{"op": "advertise_service", "id": "a", "service": "x", "type": "y/Z"}', "a", "not supported"),
        ('{"op": "send_action_goal", "id": "a"}', "a", "not supported"),
        ('{"op": "png", "data": "AA=="}', None, "not supported"),
        ('{"op": "auth", "mac": "x"}', None, "not supported"),
        ('{"op": "subscribe", "id": "a"}', "a", "field topic: expected a string of 1 to 256 characters, it is missing"),
        ('{"op": "subscribe", "id": {}, "topic": "ad"}', None, "field id"),
        ('{"op": "subscribe", "id": true, "topic": "ad"}', None, "field id"),
        ('{"op": "subscribe", "id": "\\ud800", "topic": "nobody"}', "\ud800", "may not be subscribed to"),
        ("\ud800", None, "not JSON"),
        (b"\xff\xfe", None, "not UTF-8"),
        (b'{"op": "subscribe", "id": 3}', 3, "field topic"),
    ],
)
def test_what_is_malformed_is_answered_with_its_id(peer, text, request_id, words):
    assert peer.send(text) == []
    [status] = peer.received()
    assert (status["op"], status["level"], status.get("id")) == ("status", "error", request_id)
    assert words in status["msg"]
    assert peer.session.refused == 1


def test_a_message_that_is_too_long_is_answered(make_peer):
    peer = make_peer(message_bytes=100)
    peer.send(json.dumps({"op": "subscribe", "topic": "x" * 100}))
    assert "longer than 100 bytes" in peer.received()[0]["msg"]


def test_a_client_that_sends_too_much_is_told_and_in_the_end_flooding(make_peer):
    peer = make_peer(messages_per_s=10.0, messages_burst=5, refusals_per_s=1.0, refusals_burst=20)
    for _ in range(5):
        peer.send({"op": "subscribe", "topic": "ad"})
    assert peer.received() == []
    for number in range(20):
        assert peer.send({"op": "subscribe", "topic": "ad", "id": number}) == [] and not peer.session.is_flooding
    peer.send({"op": "subscribe", "topic": "ad", "id": 20})
    assert peer.session.is_flooding
    statuses = peer.received()
    assert all("too many messages, at most 10 a second" in status["msg"] for status in statuses)
    assert [status["id"] for status in statuses] == list(range(21))
    assert peer.send({"op": "subscribe", "topic": "ad"}, now_s=1.0)


def test_replies_of_a_client_that_never_reads_are_bounded(make_peer):
    peer = make_peer(queued_replies=10)
    for number in range(100):
        peer.send({"op": "dance", "id": number})
    assert [request_id for _, request_id in peer.statuses()] == list(range(90, 100))
    assert peer.session.dropped == 90


def test_a_burst_then_a_steady_rate():
    bucket = TokenBucket(rate_per_s=10.0, burst=3)
    assert [bucket.take(5.0) for _ in range(4)] == [True, True, True, False]
    assert [bucket.take(5.125), bucket.take(5.125)] == [True, False]


def test_no_more_than_a_burst_is_saved_and_a_clock_that_stands_still_gives_nothing():
    bucket = TokenBucket(rate_per_s=10.0, burst=2)
    assert bucket.take(0.0)
    assert [bucket.take(100.0) for _ in range(3)] == [True, True, False]
    assert not bucket.take(99.0)
