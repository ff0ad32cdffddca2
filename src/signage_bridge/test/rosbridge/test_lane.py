import pytest
from signage_bridge.rosbridge.lane import Lane, Options, Waiting, merge_options
from signage_bridge.rosbridge.payload import Compression, Payload


def offer(lane, *texts, now_s=0.0):
    for order, text in enumerate(texts):
        lane.offer(Waiting(order, Payload(text)), now_s)


def drain(lane, now_s):
    texts = []
    while lane.head is not None and lane.due_s <= now_s:
        texts.append(lane.take(now_s).data)
    return texts


def test_a_latest_value_topic_holds_the_newest_only():
    lane = Lane(Options(), latest=True, max_queued=10)
    offer(lane, "a", "b", "c")
    assert lane.head.order == 0 and lane.dropped == 2
    assert drain(lane, 0.0) == ["c"]


def test_a_throttled_latest_value_arrives_in_the_end():
    lane = Lane(Options(throttle_s=1.0), latest=True, max_queued=10)
    offer(lane, "a")
    assert drain(lane, 0.0) == ["a"]
    offer(lane, "b", "c", now_s=0.1)
    assert drain(lane, 0.9) == [] and lane.due_s == 1.0
    assert drain(lane, 1.0) == ["c"]


def test_a_throttled_topic_without_a_queue_drops_what_comes_too_early():
    lane = Lane(Options(throttle_s=1.0), latest=False, max_queued=10)
    offer(lane, "a")
    assert drain(lane, 0.0) == ["a"]
    offer(lane, "b", now_s=0.5)
    assert drain(lane, 2.0) == [] and lane.dropped == 0


def test_a_throttled_topic_with_a_queue_sends_the_newest_of_it_one_by_one():
    lane = Lane(Options(throttle_s=1.0, queue_length=2), latest=False, max_queued=10)
    offer(lane, "a", "b", "c")
    assert [drain(lane, time_s) for time_s in (0.0, 0.5, 1.0, 2.0)] == [["b"], [], ["c"], []]
    assert lane.dropped == 1


@pytest.mark.parametrize("queue_length", [None, 1000])
def test_a_queue_is_bounded_whatever_the_client_wishes(queue_length):
    lane = Lane(Options(queue_length=queue_length), latest=False, max_queued=3)
    offer(lane, *"abcdef")
    assert lane.size == 3 and lane.dropped == 3
    assert drain(lane, 0.0) == ["d", "e", "f"]


def test_merged_wishes_are_those_of_the_most_demanding():
    merged = merge_options(
        [Options(1.0, 5, None, Compression.CBOR), Options(0.5, None, 100, Compression.PNG), Options(2.0, 7, 50)]
    )
    assert merged == Options(0.5, 7, 50, Compression.CBOR)
    assert merge_options([Options()]) == Options()
