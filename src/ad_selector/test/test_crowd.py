import pytest
from ad_selector.crowd import NOBODY, Counts, Crowd, CrowdRules
from signage_common.stamps import NS_PER_S, seconds_to_ns

RULES = CrowdRules(attention_threshold=0.5, still_after_s=30.0, vanish_ns=NS_PER_S)
START_NS = 1_795_334_399_123_456_789


@pytest.fixture
def gather():
    """Feed (seconds, faces...) and return the crowd."""

    def feed(*images, rules=RULES):
        crowd = Crowd(rules)
        for time_s, *faces in images:
            crowd.observe(faces, START_NS + seconds_to_ns(time_s))
        return crowd

    return feed


def steady(*faces, start=0.0, end=2.0):
    return [(round(start + index / 10, 3), *faces) for index in range(round((end - start) * 10) + 1)]


def classes(**counts):
    """Return a histogram by the index of its classes: ``classes(c1=2)`` has two of 1 to 2 s."""
    return tuple(counts.get(f"c{index}", 0) for index in range(len(NOBODY)))


@pytest.mark.parametrize(
    ("attention", "counts"),
    [(None, Counts(0, 1)), (0.0, Counts(0, 1)), (0.49, Counts(0, 1)), (0.5, Counts(1)), (1.0, Counts(1))],
)
def test_who_reaches_the_threshold_is_a_watcher(gather, face, attention, counts):
    crowd = gather((0.0, face(attention=attention)))
    assert (crowd.now, crowd.total.counts) == (counts, counts)


def test_a_look_is_remembered_for_as_long_as_the_face_is_followed(gather, face):
    look, aside, unknown = face(attention=0.9), face(attention=0.1), face(attention=None)
    assert gather((0.0, aside), (0.1, look), (0.2, aside), (0.3, unknown)).now == Counts(1)
    assert gather((0.0, aside), (0.1, look), (9.0, aside)).total.counts == Counts(1)
    assert gather((0.0, look), (0.1, face(track=2, attention=0.1))).now == Counts(0, 1), "somebody else"


def test_a_predicted_face_is_there_but_neither_looks_nor_stays(gather, face):
    aside, ghost = face(attention=0.1), face(attention=0.9, is_detected=False)
    crowd = gather(*steady(aside, end=0.5), *steady(ghost, start=0.6, end=1.0))
    assert crowd.now == Counts(0, 1) and crowd.sees_anyone
    assert crowd.last_seen_ns == START_NS + 500_000_000
    looks = gather(*steady(face(), end=1.5), *steady(ghost, start=1.6, end=2.5))
    assert looks.total.dwell_histogram == looks.total.attention_histogram == classes(c1=1)
    assert looks.attention_s == pytest.approx(1.5)


def test_people_are_kept_while_an_image_shows_nobody_and_posters_are_not(gather, face):
    poster = face(track=2, still_s=60.0)
    crowd = gather((0.0, face(), poster), (0.1,))
    assert (crowd.now, crowd.sees_anyone) == (Counts(1), False)
    assert gather((0.0, face()), (0.1, poster)).now == Counts(1, 0, 1)


def test_a_look_lasts_until_the_next_image_of_the_face_unless_it_had_left_by_then(gather, face):
    look, aside = face(attention=0.9), face(attention=0.1)
    assert gather((0.0, look), (0.5, aside), (0.9, aside)).attention_s == pytest.approx(0.5)
    assert gather((0.0, aside), (0.5, look)).attention_s == 0.0
    assert gather((0.0, look), (0.99, look), (1.99, look)).attention_s == pytest.approx(0.99)


def test_the_attention_of_an_episode_is_the_time_in_which_anybody_looked(gather, face):
    one, two = face(track=1), face(track=2)
    together = gather(*steady(one, two, end=3.0))
    assert together.attention_s == pytest.approx(3.0)
    assert together.total.attention_histogram == classes(c2=2)
    in_turn = gather(*steady(one, face(track=2, attention=0.1), end=1.0), *steady(two, start=1.1, end=2.0))
    assert in_turn.attention_s == pytest.approx(1.9)
    late = gather((0.0, one, two), (0.1, two), (0.2, two), (0.3, one, two))
    assert late.attention_s == pytest.approx(0.3), "one looked all the time, the other is not added to it"


def test_each_watcher_is_counted_in_one_class_of_dwell_and_one_of_attention(gather, face):
    def looking_until(until_s):
        def at(time_s, track):
            return face(track=track, attention=0.9 if time_s < until_s else 0.1)

        return at

    crowd = gather(
        *[
            (step / 10, looking_until(0.5)(step / 10, 1), looking_until(6.0)(step / 10, 2), face(track=3, attention=0))
            for step in range(125)
        ]
    )
    assert crowd.total.counts == Counts(2, 1)
    assert crowd.total.dwell_histogram == classes(c4=2), "who only passes by has no class"
    assert crowd.total.attention_histogram == classes(c0=1, c3=1)


def test_a_face_that_proves_to_be_still_has_never_been_anybody(gather, face):
    def poster(time_s):
        return face(track=2, still_s=time_s)

    person = [(step / 10, face(), poster(step / 10)) for step in range(21)]
    alone = [(step / 10, poster(step / 10)) for step in range(21, 310)]
    before, after = gather(*person, *alone[:-20]), gather(*person, *alone)
    assert (before.now, before.last_seen_ns) == (Counts(1), START_NS + seconds_to_ns(alone[-21][0]))
    assert (after.now, after.sees_anyone, after.last_seen_ns) == (Counts(0, 0, 1), False, START_NS + 2 * NS_PER_S)
    assert after.total.counts == Counts(1, 0, 1) and after.total.dwell_histogram == classes(c2=1)


def test_a_still_face_that_moves_is_somebody_and_a_predicted_one_stays_what_it_was(gather, face):
    poster, moved = face(still_s=60.0), face(still_s=0.0)
    assert gather((0.0, poster), (0.1, moved)).now == Counts(1)
    assert gather((0.0, poster), (0.1, face(is_detected=False))).now == Counts(0, 0, 1)
    assert gather((0.0, poster), (0.1, face(still_s=None))).now == Counts(1), "not measured: it may be anybody"


def test_faces_without_a_track_are_told_apart_by_their_number(gather, face):
    nobody_known = face(track=0)
    crowd = gather((0.0, nobody_known), (0.1, nobody_known, nobody_known, nobody_known), (0.2, nobody_known))
    assert (crowd.now, crowd.total.counts) == (Counts(1), Counts(3))


@pytest.mark.fault
def test_of_a_day_on_a_busy_square_only_numbers_are_kept(face):
    """Six people at once, each for three seconds, every other one looking; and a poster."""
    crowd, step_ns = Crowd(RULES), NS_PER_S // 2
    poster = face(track=10**9, still_s=60.0)
    for step in range(20_000):
        faces = [face(track=step - age, attention=0.9 * ((step - age) % 2)) for age in range(6) if step >= age]
        crowd.observe([*faces, poster], START_NS + step * step_ns)
    assert len(crowd._visits) < 50
    total = crowd.total
    assert total.counts == Counts(10_000, 10_000, 1)
    assert sum(total.dwell_histogram) == sum(total.attention_histogram) == 10_000
    assert total.dwell_histogram[2] >= 9_990, "2.5 s each, but for those at the end"
