import pytest
from ad_selector.params import AdSelectorParams
from ad_selector.presence import Presence, PresenceEvent, utc_text
from signage_common.stamps import ns_to_seconds

START_NS = 1_795_334_399_123_456_789  # 2026-11-22 07:59:59.123456789 UTC, a Sunday
STARTED, UPDATED, ENDED = PresenceEvent.STARTED, PresenceEvent.UPDATED, PresenceEvent.ENDED


@pytest.fixture
def run(observe):
    """Feed (seconds, faces...) and return (event, seconds, watchers, estimation) of every change."""

    def feed(images, silence_s=None, **params):
        presence = Presence("deeplens1", AdSelectorParams(**params))
        changes = [change for time_s, *faces in images for change in presence.observe(observe(time_s, *faces))]
        if silence_s is not None:
            changes += presence.observe_silence(observe(silence_s).stamp_ns)
        return [
            (change.event, round(ns_to_seconds(change.stamp_ns - START_NS), 3), change.watchers, change.estimation)
            for change in changes
        ]

    return feed


def steady(*faces, start=0.0, end=2.0, step=0.1):
    return [(round(start + index * step, 3), *faces) for index in range(round((end - start) / step) + 1)]


def test_a_whole_episode(run):
    images = steady("f25", end=1.0) + steady(start=1.1, end=3.0)
    assert run(images) == [(STARTED, 0.3, 1, "20f"), (ENDED, 2.0, 0, "20f")]


@pytest.mark.parametrize(
    ("images", "started"),
    [
        (steady("f25", end=0.2), None),
        (steady("f25", end=0.3), 0.3),
        ([(0.0, "f25"), (0.2,), (0.4, "f25")], 0.4),
        ([(0.0, "f25"), (0.2,), (0.4,), (0.6, "f25"), (0.8, "f25")], None),
        ([(0.0, "f25"), (0.2,), (0.4,), (0.6, "f25"), (0.9, "f25")], 0.9),
        ([(0.0, "f25"), (0.5, "f25")], 0.5),
        ([(0.0, "f25"), (1.0, "f25"), (1.2, "f25")], None),
        ([(0.0, "f25"), (0.3,), (0.31, "f25")], 0.31),
    ],
)
def test_a_face_must_be_seen_for_appear_s(run, images, started):
    starts = [time_s for event, time_s, *_ in run(images) if event is STARTED]
    assert starts == ([] if started is None else [started])


def test_predicted_faces_are_no_sight_but_are_watchers(run, face):
    ghost, real = face("f25", track=1, is_detected=False), face("m45", track=2, size=50)
    assert run(steady(ghost)) == []
    assert run([(0.0, real), (0.3, ghost)]) == []
    assert run([(0.0, real), (0.3, real, ghost)]) == [(STARTED, 0.3, 2, "40m")]
    assert run(steady(real, end=0.5) + steady(ghost, start=0.6, end=2.0))[-1] == (ENDED, 1.5, 0, "20f")


def test_an_episode_bridges_gaps_shorter_than_vanish_s(run):
    images = steady("f25", end=0.5) + steady(start=0.6, end=1.4) + steady("f25", start=1.45, end=2.0)
    assert run(images) == [(STARTED, 0.3, 1, "20f")]


def test_who_comes_back_later_starts_another_episode(run):
    images = [*steady("f25", end=0.5), (1.4,), (1.55, "m45"), (1.7, "m45"), (1.85, "m45")]
    assert run(images) == [(STARTED, 0.3, 1, "20f"), (ENDED, 1.55, 0, "20f"), (STARTED, 1.85, 1, "40m")]


@pytest.mark.parametrize(
    ("images", "updates"),
    [
        (steady("f25"), []),
        (steady("unknown", end=0.5) + steady("f25", start=0.6), [(0.6, 1, "20f")]),
        (
            [*steady("unknown", end=0.5), (0.6, "f25"), (0.7, "f31"), (1.5, "f31"), (1.6, "f31")],
            [(0.6, 1, "20f"), (1.6, 1, "30f")],
        ),
        ([*steady("unknown", end=0.5), (0.6, "f25"), (0.7, "f31"), (1.6, "f25")], [(0.6, 1, "20f")]),
        ([*steady("f25", end=0.5), (0.6,), (0.7, "f25")], []),
    ],
)
def test_updates_come_at_most_once_a_second(run, images, updates):
    assert [tuple(rest) for event, *rest in run(images) if event is UPDATED] == updates


def test_the_number_of_watchers_is_told(run, face):
    one, two = face("f25", 1, 90), face("m45", 2, 40)
    images = steady(one, end=0.5) + steady(one, two, start=0.6, end=1.0) + steady(two, start=1.1, end=2.0)
    assert run(images) == [(STARTED, 0.3, 1, "20f"), (UPDATED, 0.6, 2, "20f"), (UPDATED, 1.6, 1, "40m")]


def test_silence_ends_an_episode_at_the_moment_at_which_it_is_long_enough(run):
    images = steady("f25", end=0.5)
    assert run(images, silence_s=1.4) == [(STARTED, 0.3, 1, "20f")]
    assert run(images, silence_s=1.5)[1:] == [(ENDED, 1.5, 0, "20f")]
    assert run(images, silence_s=9.0)[1:] == [(ENDED, 1.5, 0, "20f")], "whenever it is noticed"
    assert run([*images, (9.0, "f25")])[1:] == [(ENDED, 1.5, 0, "20f")], "or by the next image"
    assert run([(0.0, "f25")], silence_s=9.0) == [], "who never made an episode leaves none"
    assert run([], silence_s=9.0) == []


def test_stamps_that_run_backwards_end_the_episode(run):
    images = [*steady("f25", start=5.0, end=5.5), *steady("m45", start=1.0, end=1.4)]
    assert run(images) == [(STARTED, 5.3, 1, "20f"), (ENDED, 5.5, 0, "20f"), (STARTED, 1.3, 1, "40m")]


def test_the_same_stamp_twice_is_not_backwards(run):
    assert run([*steady("f25", end=0.5), (0.5, "f25"), (0.6, "f25")]) == [(STARTED, 0.3, 1, "20f")]


def test_times_can_be_set(run):
    assert run([(0.0, "f25")], appear_s=0.0) == [(STARTED, 0.0, 1, "20f")]
    assert run(steady("f25", end=1.0) + steady(start=1.1), appear_s=0.5, vanish_s=0.2) == [
        (STARTED, 0.5, 1, "20f"),
        (ENDED, 1.2, 0, "20f"),
    ]


def test_id_start_and_dwell(observe):
    presence = Presence("deeplens1", AdSelectorParams())
    images = [observe(0.0, "f25"), observe(0.5, "f25"), observe(0.9, "f25"), observe(1.5), observe(1.9)]
    changes = [change for image in images for change in presence.observe(image)]
    assert {change.episode for change in changes} == {"deeplens1-20261122T075959.123456Z"}
    assert {change.started_ns for change in changes} == {START_NS}
    assert [change.dwell_s for change in changes] == [0.5, 0.9]
    assert presence.episode is None


@pytest.mark.parametrize(
    ("stamp_ns", "text"),
    [
        (0, "19700101T000000.000000Z"),
        (START_NS, "20261122T075959.123456Z"),
        (START_NS // 10**9 * 10**9 + 999_999_999, "20261122T075959.999999Z"),
    ],
)
def test_utc_text_is_exact(stamp_ns, text):
    assert utc_text(stamp_ns) == text
