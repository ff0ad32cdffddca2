from ad_selector.history import HOUR_NS, History, Play


def history_of(*plays):
    history = History()
    for stamp_ns, campaign, episode in plays:
        history = history.with_play(Play(stamp_ns, campaign, f"{campaign}-film", episode))
    return history


def test_plays_of_the_hour_that_ends_now():
    history = history_of((1, "a", "e1"), (2, "b", "e2"), (HOUR_NS, "a", "e3"))
    counts = {now_ns: history.plays_in_hour("a", now_ns) for now_ns in (0, 1, HOUR_NS, HOUR_NS + 1, 2 * HOUR_NS)}
    assert counts == {0: 0, 1: 1, HOUR_NS: 2, HOUR_NS + 1: 1, 2 * HOUR_NS: 0}


def test_old_plays_are_forgotten_but_not_those_of_the_running_episode():
    history = history_of((1, "a", "e1"), (2, "b", "e2"), (HOUR_NS + 5, "c", "e2"))
    assert [play.campaign for play in history.plays] == ["b", "c"]


def test_plays_of_an_episode():
    history = history_of((1, "a", "e1"), (2, "b", "e2"), (3, "c", "e1"))
    assert [play.campaign for play in history.of_episode("e1")] == ["a", "c"]
    assert history.of_episode("") == ()


def test_going_back_in_time():
    assert [play.campaign for play in history_of((1, "a", "e"), (2, "b", "e"), (3, "c", "e")).until(2).plays] == [
        "a",
        "b",
    ]
