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
