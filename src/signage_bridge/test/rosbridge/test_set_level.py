import pytest


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
