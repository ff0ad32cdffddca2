from signage_bridge.rosbridge.commands import Unsubscribe

AD = "/deeplens1/ad"


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


def test_a_topic_is_required(peer):
    peer.send({"op": "unsubscribe", "id": "a"})
    assert peer.statuses() == [("error", "a")]
