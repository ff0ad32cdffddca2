import json

import pytest
from signage_bridge.rosbridge.outbox import QueuedMessage, SubscribeOptions, TopicQueue, merge_options
from signage_bridge.rosbridge.payload import Compression, Payload

AD, PRESENCE = "/deeplens1/ad", "/deeplens1/presence"


def data(messages):
    return [message["msg"]["data"] for message in messages]


def test_messages_go_in_the_order_in_which_they_came_and_replies_first(peer):
    peer.subscribe("ad")
    peer.subscribe("presence")
    peer.deliver(PRESENCE, "1")
    peer.deliver(AD, "2")
    peer.deliver(PRESENCE, "3")
    peer.send({"op": "dance"})
    status, *messages = peer.received()
    assert status["op"] == "status" and data(messages) == ["1", "2", "3"]


def test_a_slow_reader_holds_the_newest_ad_and_a_bounded_queue(make_peer):
    peer = make_peer(queued_messages=10)
    peer.subscribe("ad")
    peer.subscribe("presence")
    for number in range(1000):
        peer.deliver(AD, f"ad{number}")
        peer.deliver(PRESENCE, f"presence{number}")
    messages = peer.received()
    assert data(messages) == ["ad999", *(f"presence{number}" for number in range(990, 1000))]
    assert peer.session.dropped == 999 + 990


def test_the_bytes_that_wait_are_bounded_over_all_topics(make_peer):
    peer = make_peer(subscribe=["/a", "/b"], queued_bytes=10_000)
    peer.subscribe("/a")
    peer.subscribe("/b")
    for number in range(20):
        peer.deliver("/a", f"{number:02}" + "x" * 900)
        peer.deliver("/b", f"{number:02}" + "x" * 900)
    messages = peer.received()
    assert sum(len(json.dumps(message)) for message in messages) < 11_000
    assert [text[:2] for text in data(messages)][-2:] == ["19", "19"] and len(messages) >= 9
    assert peer.session.dropped == 40 - len(messages)


def test_one_message_may_be_longer_than_all_that_may_wait(make_peer):
    peer = make_peer(subscribe=["/a"], queued_bytes=100)
    peer.subscribe("/a")
    peer.deliver("/a", "old" + "x" * 500)
    peer.deliver("/a", "new" + "x" * 500)
    assert [text[:3] for text in data(peer.received())] == ["new"]


def test_dropped_messages_of_an_ended_subscription_still_count(make_peer):
    peer = make_peer(queued_messages=1)
    peer.subscribe("presence")
    peer.deliver(PRESENCE)
    peer.deliver(PRESENCE)
    peer.send({"op": "unsubscribe", "topic": "presence"})
    assert peer.session.dropped == 1


def test_a_long_message_goes_in_fragments_that_nothing_interrupts(peer):
    peer.subscribe("ad", fragment_size=40)
    peer.deliver(AD, "한" * 50)
    first = json.loads(peer.session.to_send(0.0).data)
    peer.send({"op": "dance"})
    *rest, status = peer.received()
    assert status["op"] == "status"
    whole = "".join(piece["data"] for piece in (first, *rest))
    assert json.loads(whole)["msg"]["data"] == "한" * 50
    assert len({piece["id"] for piece in (first, *rest)}) == 1
    assert all(len(piece["data"]) <= 40 and piece["total"] == 1 + len(rest) for piece in (first, *rest))


def test_each_fragmented_message_has_an_id_of_its_own(peer):
    peer.subscribe("presence", fragment_size=50)
    peer.deliver(PRESENCE)
    peer.deliver(PRESENCE)
    ids = [piece["id"] for piece in peer.received()]
    assert len(set(ids)) == 2 and all(isinstance(name, str) and name for name in ids)


def test_a_message_in_absurdly_many_fragments_is_refused(make_peer):
    peer = make_peer(fragments=10)
    peer.subscribe("ad", fragment_size=1)
    peer.deliver(AD, "x" * 100)
    [status] = peer.received()
    assert status["op"] == "status" and "more than 10 fragments" in status["msg"]


def test_short_messages_and_cbor_are_not_cut(peer):
    peer.subscribe("ad", fragment_size=10_000)
    peer.subscribe("presence", fragment_size=10, compression="cbor")
    peer.deliver(AD)
    peer.deliver(PRESENCE)
    assert [message["op"] for message in peer.received()] == ["publish", "publish"]


def test_a_throttled_message_tells_when_it_may_go(peer):
    peer.subscribe("ad", throttle_rate=500)
    assert peer.session.wake_at_s() is None
    peer.deliver(AD, "1", now_s=10.0)
    assert data(peer.received(10.0)) == ["1"]
    peer.deliver(AD, "2", now_s=10.1)
    assert peer.received(10.4) == [] and peer.session.wake_at_s() == 10.5
    assert data(peer.received(10.5)) == ["2"]


def offer(queue, *texts, now_s=0.0):
    for order, text in enumerate(texts):
        queue.offer(QueuedMessage(order, Payload(text)), now_s)


def drain(queue, now_s):
    texts = []
    while queue.head is not None and queue.due_s <= now_s:
        texts.append(queue.take(now_s).data)
    return texts


def test_a_latest_value_topic_holds_the_newest_only():
    queue = TopicQueue(SubscribeOptions(), keeps_newest_only=True, max_queued=10)
    offer(queue, "a", "b", "c")
    assert queue.head.order == 0 and queue.dropped == 2
    assert drain(queue, 0.0) == ["c"]


def test_a_throttled_latest_value_arrives_in_the_end():
    queue = TopicQueue(SubscribeOptions(throttle_s=1.0), keeps_newest_only=True, max_queued=10)
    offer(queue, "a")
    assert drain(queue, 0.0) == ["a"]
    offer(queue, "b", "c", now_s=0.1)
    assert drain(queue, 0.9) == [] and queue.due_s == 1.0
    assert drain(queue, 1.0) == ["c"]


def test_a_throttled_topic_without_a_queue_drops_what_comes_too_early():
    queue = TopicQueue(SubscribeOptions(throttle_s=1.0), keeps_newest_only=False, max_queued=10)
    offer(queue, "a")
    assert drain(queue, 0.0) == ["a"]
    offer(queue, "b", now_s=0.5)
    assert drain(queue, 2.0) == [] and queue.dropped == 0


def test_a_throttled_topic_with_a_queue_sends_the_newest_of_it_one_by_one():
    queue = TopicQueue(SubscribeOptions(throttle_s=1.0, queue_length=2), keeps_newest_only=False, max_queued=10)
    offer(queue, "a", "b", "c")
    assert [drain(queue, time_s) for time_s in (0.0, 0.5, 1.0, 2.0)] == [["b"], [], ["c"], []]
    assert queue.dropped == 1


@pytest.mark.parametrize("queue_length", [None, 1000])
def test_a_queue_is_bounded_whatever_the_client_wishes(queue_length):
    queue = TopicQueue(SubscribeOptions(queue_length=queue_length), keeps_newest_only=False, max_queued=3)
    offer(queue, *"abcdef")
    assert queue.size == 3 and queue.dropped == 3
    assert drain(queue, 0.0) == ["d", "e", "f"]


def test_merged_options_are_those_of_the_most_demanding():
    options = [
        SubscribeOptions(1.0, 5, None, Compression.CBOR),
        SubscribeOptions(0.5, None, 100, Compression.PNG),
        SubscribeOptions(2.0, 7, 50),
    ]
    assert merge_options(options) == SubscribeOptions(0.5, 7, 50, Compression.CBOR)
    assert merge_options([SubscribeOptions()]) == SubscribeOptions()


@pytest.mark.fault
def test_a_bound_that_is_lowered_acts_with_the_next_message(make_peer):
    peer = make_peer(queued_bytes=100_000)
    peer.subscribe("presence")
    for _ in range(10):
        peer.deliver("/deeplens1/presence", "x" * 5000)
    assert peer.session.dropped == 0
    peer.session._limits.queued_bytes = 12_000
    peer.deliver("/deeplens1/presence", "x" * 5000)
    assert peer.session.dropped == 9
