import pytest
from ad_selector.crowd import Counts
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
            (change.event, round(ns_to_seconds(change.stamp_ns - START_NS), 3), change.now.watchers, change.estimation)
            for change in changes
        ]

    return feed


@pytest.fixture
def tell(observe):
    """Feed (seconds, faces...) and return the whole changes."""

    def feed(images, **params):
        presence = Presence("deeplens1", AdSelectorParams(**params))
        return [change for time_s, *faces in images for change in presence.observe(observe(time_s, *faces))]

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


def test_predicted_faces_are_no_sight_but_are_counted_as_what_they_were(run, tell, face):
    ghost, real = face("f25", track=1, is_detected=False), face("m45", track=2, size=50)
    assert run(steady(ghost)) == []
    assert run([(0.0, real), (0.3, ghost)]) == []
    (start,) = tell([(0.0, real), (0.3, real, ghost)])
    assert (start.now, start.estimation) == (Counts(1, 1), "40m"), "it was never seen to look"
    assert run(steady("f25", end=0.5) + steady(ghost, start=0.6, end=0.9)) == [(STARTED, 0.3, 1, "20f")]
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


def test_a_look_makes_a_watcher_of_who_is_in_sight_and_is_told_at_most_once_a_second(tell, face):
    aside, here = face("f25", attention=0.2), face("f25", attention=0.7)
    images = steady(aside, end=0.9) + steady(here, start=1.0, end=1.0) + steady(aside, start=1.1, end=3.0)
    images += steady(start=3.1, end=4.5)
    changes = tell(images)
    assert [(change.event, change.now) for change in changes] == [
        (STARTED, Counts(0, 1, 0)),
        (UPDATED, Counts(1, 0, 0)),
        (ENDED, Counts()),
    ]
    assert [change.total.counts for change in changes] == [Counts(0, 1), Counts(1), Counts(1)]
    assert (changes[-1].dwell_s, changes[-1].attention_s) == (pytest.approx(3.0), pytest.approx(0.1))


def test_everybody_of_an_episode_is_told_at_its_end(tell, face):
    short, long, aside = face("f25", 1), face("m45", 2, 40), face("m31", 3, attention=0.1)
    images = steady(short, long, end=1.5) + steady(long, aside, start=1.6, end=4.0) + steady(start=4.1, end=5.5)
    end = tell(images)[-1]
    assert (end.event, end.now, end.total.counts) == (ENDED, Counts(), Counts(watchers=2, in_sight=1))
    assert end.total.dwell_histogram == end.total.attention_histogram == (0, 1, 1, 0, 0, 0, 0, 0, 0, 0)


def test_a_still_face_starts_prolongs_and_leads_nothing(tell, face):
    poster, person = face("m45", 1, 200, still_s=30.0), face("f25", 2, 50)
    assert tell(steady(poster, end=5.0)) == []
    images = steady(poster) + steady(poster, person, start=2.1, end=4.0) + steady(poster, start=4.1, end=8.0)
    changes = tell(images)
    assert [(change.event, change.now, change.estimation) for change in changes] == [
        (STARTED, Counts(1, 0, 1), "20f"),
        (ENDED, Counts(), "20f"),
    ]
    assert changes[-1].stamp_ns - START_NS == 5_000_000_000 and changes[-1].dwell_s == pytest.approx(1.9)
    assert changes[-1].total.counts == Counts(1, 0, 1)
    assert sum(changes[-1].total.dwell_histogram) == 1


def test_an_episode_of_a_face_that_proves_to_be_still_ends_at_once_and_was_nobodys(tell, face):
    images = [(step / 10, face("f25", still_s=step / 10)) for step in range(400)]
    start, update, end = tell(images)
    assert (start.event, update.event, end.event) == (STARTED, UPDATED, ENDED)
    assert [(one.stamp_ns - START_NS) / 1e9 for one in (update, end)] == [pytest.approx(30.0), pytest.approx(30.1)]
    assert (update.now, end.total.counts) == (Counts(0, 0, 1), Counts(0, 0, 1))
    assert (end.dwell_s, end.attention_s, sum(end.total.dwell_histogram)) == (0.0, 0.0, 0)


def test_still_faces_are_people_where_that_is_set(tell, face):
    images = steady(face("f25", still_s=3600.0), end=1.0)
    assert [change.now for change in tell(images, still_after_s=0.0)] == [Counts(1)]
    assert tell(images, still_after_s=3600.0) == [] != tell(images, still_after_s=3601.0)


def test_rules_that_are_set_hold_from_the_next_image_on(observe, face):
    presence = Presence("deeplens1", AdSelectorParams())
    aside = face("f25", attention=0.3, still_s=5.0)
    for time_s, *_ in steady(end=1.0):
        presence.observe(observe(time_s, aside))
    assert presence.episode.crowd.now == Counts(0, 1)
    presence.set_params(AdSelectorParams(attention_threshold=0.25))
    presence.observe(observe(1.1, aside))
    assert presence.episode.crowd.now == Counts(1)
    presence.set_params(AdSelectorParams(still_after_s=2.0))
    told = [presence.observe(observe(time_s, aside)) for time_s in (1.2, 1.3)]
    assert presence.episode is None and told[-1][-1].event is ENDED


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
