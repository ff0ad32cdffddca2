import json

import pytest
from signage_bridge.rosbridge.commands import Subscribe
from signage_bridge.rosbridge.fragments import fragments_of


def pieces(message, size, name="f"):
    text = json.dumps(message)
    cuts = [text[start : start + size] for start in range(0, len(text), size)]
    return [
        {"op": "fragment", "id": name, "data": cut, "num": number, "total": len(cuts)}
        for number, cut in enumerate(cuts)
    ]


SUBSCRIBE = {"op": "subscribe", "topic": "ad", "id": "s"}


@pytest.mark.parametrize("order", [1, -1])
def test_a_message_comes_together_in_any_order(peer, order):
    fragments = pieces(SUBSCRIBE, 10)[::order]
    for fragment in fragments[:-1]:
        assert peer.send(fragment) == []
    assert peer.send(fragments[-1]) == [Subscribe("/deeplens1/ad", "ad", "signage_msgs/msg/AdSelection", "s")]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"id": None}, "field id"),
        ({"num": -1}, "field num"),
        ({"num": 2}, "field num: expected a whole number from 0 to 1, got 2"),
        ({"num": "0"}, "field num"),
        ({"total": 0}, "field total"),
        ({"total": 1.5}, "field total"),
        ({"total": 10**9}, "field total"),
        ({"data": 5}, "field data: expected a string"),
    ],
)
def test_a_malformed_piece_is_refused(peer, fields, words):
    peer.send({"op": "fragment", "id": "f", "num": 0, "total": 2, "data": "{", **fields})
    assert words in peer.received()[0]["msg"]


def test_a_changed_total_forgets_the_message(peer):
    first, second, *_ = pieces(SUBSCRIBE, 10)
    peer.send(first)
    peer.send({**second, "total": 3})
    assert "as before" in peer.received()[0]["msg"]


def test_incomplete_messages_are_bounded_in_number_length_and_time(make_peer):
    peer = make_peer(fragmented=2, message_bytes=200, fragment_timeout_s=10.0)
    for name in ("a", "b", "c"):
        peer.send({"op": "fragment", "id": name, "num": 0, "total": 2, "data": "x" * 90})
    assert "more than 2 incomplete messages" in peer.received()[0]["msg"]
    peer.send({"op": "fragment", "id": "a", "num": 1, "total": 3, "data": "x"})
    peer.received()
    for number in range(3):
        peer.send({"op": "fragment", "id": "long", "num": number, "total": 4, "data": "x" * 90})
    assert "longer than 200 bytes" in peer.received()[0]["msg"]
    for name in ("d", "e"):
        assert peer.send({"op": "fragment", "id": name, "num": 0, "total": 2, "data": "x"}, now_s=20.0) == []
    assert peer.received() == []


def test_fragments_of_fragments_are_refused(peer):
    inner = {"op": "fragment", "id": "i", "num": 0, "total": 1, "data": "{}"}
    peer.send(pieces(inner, 1000)[0])
    assert "'fragment' is not supported" in peer.received()[0]["msg"]


@pytest.mark.parametrize(("length", "size", "total"), [(10, 3, 4), (9, 3, 3), (1, 1, 1), (7, 100, 1)])
def test_a_text_is_cut(length, size, total):
    text = "a한" * length
    text = text[:length]
    fragments = [json.loads(payload.data) for payload in fragments_of(text, size, "f:1")]
    assert "".join(fragment["data"] for fragment in fragments) == text
    assert [(f["op"], f["id"], f["num"], f["total"]) for f in fragments] == [
        ("fragment", "f:1", number, total) for number in range(total)
    ]
