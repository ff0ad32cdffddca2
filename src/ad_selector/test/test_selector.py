import itertools
import pickle
from dataclasses import replace

import pytest
from ad_selector.params import AdSelectorParams, OnStay
from ad_selector.presence import PresenceChange
from ad_selector.segment import Audience
from ad_selector.selector import Selector
from ad_selector.watchers import ObservedFace, Policy
from signage_common.demographics import Decade, Demographics, Gender
from signage_common.stamps import ns_to_seconds

START_NS = 1_795_334_399_123_456_789
CAMPAIGNS = {
    "scent": {"creatives": ["perfume"], "target": {"gender": "female"}, "priority": 10},
    "run": {"creatives": ["trainers"], "target": {"gender": "male"}, "priority": 10},
    "morning": {"creatives": ["coffee"]},
}


@pytest.fixture
def told(observe):
    """Feed images to a selector and return (seconds, what, campaign or estimation) of every output."""

    def feed(selector, images):
        return told_of(output for time_s, *faces in images for output in selector.observe(observe(time_s, *faces)))

    return feed


def told_of(outputs):
    lines = []
    for output in outputs:
        is_change = isinstance(output, PresenceChange)
        stamp_ns = output.stamp_ns if is_change else output.captured_ns
        what = (output.event.name, output.estimation) if is_change else ("ad", output.campaign or "fallback")
        lines.append((round(ns_to_seconds(stamp_ns - START_NS), 3), *what))
    return lines


def make(catalogue, **params):
    return Selector("deeplens1", AdSelectorParams(**params), catalogue, START_NS)


def steady(*faces, start=0.0, end=2.0):
    return [(round(start + index / 10, 3), *faces) for index in range(round((end - start) * 10) + 1)]


def test_the_start_shows_the_house_playlist(make_catalogue):
    selector = make(make_catalogue(CAMPAIGNS))
    assert selector.shown.is_fallback and selector.shown.captured_ns == START_NS and selector.shown.showing == 0


def test_a_known_estimation_is_answered_at_the_start_of_the_episode(make_catalogue, told):
    images = steady("f25", end=0.9) + steady(start=1.0, end=2.0)
    assert told(make(make_catalogue(CAMPAIGNS)), images) == [
        (0.3, "STARTED", "20f"),
        (0.3, "ad", "scent"),
        (1.9, "ENDED", "20f"),
        (1.9, "ad", "fallback"),
    ]


@pytest.mark.parametrize(
    ("images", "ads"),
    [
        (steady("unknown", end=3.0), [(1.8, "ad", "morning")]),
        (steady("unknown", end=0.9) + steady("m45", start=1.0), [(1.0, "ad", "run")]),
        (steady("unknown", end=1.9) + steady("m45", start=2.0, end=4.0), [(1.8, "ad", "morning")]),
        (steady("f25", end=1.0) + steady("m45", start=1.1, end=4.0), [(0.3, "ad", "scent")]),
        (steady("unknown", end=0.6) + steady(start=0.7, end=3.0), []),
        (steady("m12", end=3.0), [(1.8, "ad", "morning")]),
    ],
)
def test_one_decision_when_known_or_settled(make_catalogue, told, images, ads):
    assert [line for line in told(make(make_catalogue(CAMPAIGNS)), images) if line[1] == "ad"] == ads


def test_settle_s_can_be_set(make_catalogue, told):
    assert (0.3, "ad", "morning") in told(make(make_catalogue(CAMPAIGNS), settle_s=0.0), steady("unknown"))


def test_no_match_shows_the_house_playlist_for_the_episode(make_catalogue, told):
    selector = make(make_catalogue({"run": CAMPAIGNS["run"]}))
    assert (0.3, "ad", "fallback") in told(selector, steady("f25"))
    assert selector.shown.episode and selector.shown.is_fallback and "no campaign matches" in selector.shown.reason


def test_what_a_decision_carries(make_catalogue, told):
    selector = make(make_catalogue(CAMPAIGNS))
    told(selector, steady("unknown", end=0.6) + steady("f25", start=0.7, end=1.0))
    shown = selector.shown
    assert shown.episode == "deeplens1-20261122T075959.123456Z" and shown.showing == 1
    assert (shown.arrived_ns, shown.captured_ns) == (START_NS, START_NS + 700_000_000)
    assert shown.reason.startswith("20f, 1 watcher at deeplens1: scent matches")


def test_silence_ends_the_episode_and_its_advertisement(make_catalogue, told):
    selector = make(make_catalogue(CAMPAIGNS))
    told(selector, steady("f25", end=1.0))
    assert told_of(selector.observe_silence(START_NS + 1_900_000_000)) == []
    assert told_of(selector.observe_silence(START_NS + 2_040_000_000)) == [
        (2.0, "ENDED", "20f"),
        (2.0, "ad", "fallback"),
    ]
    assert told_of(selector.observe_silence(START_NS + 9_000_000_000)) == [], "only once"


def test_policy_decides_for_whom(make_catalogue, told, face):
    pair = [face("m45", 1, 90), face("f25", 2, 50), face("f22", 3, 40)]
    for policy, campaign in ((Policy.LARGEST, "run"), (Policy.MAJORITY, "scent")):
        selector = make(make_catalogue(CAMPAIGNS), policy=policy)
        told(selector, steady(*pair))
        assert selector.shown.campaign == campaign


def test_on_stay_next_goes_on_while_somebody_watches(make_catalogue, told):
    campaigns = {"one": {"creatives": ["x"]}, "two": {"creatives": ["y"]}}
    catalogue = make_catalogue(campaigns, durations={"x": 2.0, "y": 3.0})
    selector = make(catalogue, on_stay=OnStay.NEXT)
    ads = [(time_s, name) for time_s, what, name in told(selector, steady("f25", end=8.0)) if what == "ad"]
    durations = {"one": 2.0, "two": 3.0}
    assert ads[0][0] == 0.3 and len(ads) == 4 and {name for _, name in ads} == {"one", "two"}
    for (time_s, name), (next_s, next_name) in itertools.pairwise(ads):
        assert next_s == pytest.approx(time_s + durations[name]) and next_name != name
    assert selector.shown.showing == 4


def test_on_stay_next_needs_a_watcher_and_something_else_to_show(make_catalogue, told):
    one = make_catalogue({"one": {"creatives": ["x"]}}, durations={"x": 0.5})
    selector = make(one, on_stay=OnStay.NEXT)
    assert [line for line in told(selector, steady("f25", end=3.0)) if line[1] == "ad"] == [(0.3, "ad", "one")]
    two = make_catalogue({"one": {"creatives": ["x", "y"]}}, durations={"x": 0.5, "y": 0.5})
    images = steady("f25", end=0.4) + steady(start=0.5, end=1.2)
    assert [line for line in told(make(two, on_stay=OnStay.NEXT), images) if line[1] == "ad"] == [(0.3, "ad", "one")]


def test_caps_count_over_episodes(make_catalogue, told):
    campaigns = {**CAMPAIGNS, "scent": {**CAMPAIGNS["scent"], "cap": {"plays_per_hour": 2}}}
    selector = make(make_catalogue(campaigns))
    images = []
    for start in range(0, 12, 3):
        images += steady("f25", start=float(start), end=start + 1.0) + steady(start=start + 1.1, end=start + 2.5)
    ads = [name for _, what, name in told(selector, images) if what == "ad" and name != "fallback"]
    assert ads == ["scent", "scent", "morning", "morning"]


def test_a_loop_of_the_same_stamps_decides_the_same(make_catalogue, told):
    campaigns = {"a": {"creatives": ["x", "y"]}, "b": {"creatives": ["z"], "cap": {"plays_per_hour": 1}}}
    selector = make(make_catalogue(campaigns))
    images = steady("f25", end=1.0)
    first = told(selector, images)
    creative = selector.shown.creative
    assert told(selector, images)[2:] == first and selector.shown.creative == creative


def test_a_question_changes_nothing(make_catalogue, segment):
    selector = make(make_catalogue({"a": {"creatives": ["x"], "cap": {"plays_per_hour": 1}}}))
    shown = selector.shown
    answers = [selector.answer(Audience("deeplens1", segment("f25")), START_NS) for _ in range(3)]
    assert {answer.campaign for answer in answers} == {"a"} and {answer.episode for answer in answers} == {""}
    assert selector.shown == shown


def renewed(catalogue, name):
    creatives = {**catalogue.creatives, name: replace(catalogue.creatives[name], digest="f" * 16)}
    return replace(catalogue, creatives=creatives)


def test_another_catalogue_when_nobody_is_there(make_catalogue):
    selector = make(make_catalogue(CAMPAIGNS))
    (selection,) = selector.replace_catalogue(make_catalogue(CAMPAIGNS, fallback=("other",)), START_NS + 5)
    assert selection.is_fallback and selection.creative.name == "other" and selection.captured_ns == START_NS + 5


def test_another_catalogue_before_the_decision(make_catalogue, told):
    selector = make(make_catalogue(CAMPAIGNS))
    told(selector, steady("unknown", end=0.5))
    (selection,) = selector.replace_catalogue(make_catalogue(CAMPAIGNS, fallback=("other",)), START_NS)
    assert selection.creative.name == "other"
    assert told(selector, steady("f25", start=0.6)) == [(0.6, "UPDATED", "20f"), (0.6, "ad", "scent")]


def test_the_running_decision_stays(make_catalogue, told):
    selector = make(make_catalogue(CAMPAIGNS))
    told(selector, steady("f25", end=0.5))
    other = make_catalogue({"morning": CAMPAIGNS["morning"], "x": {**CAMPAIGNS["run"], "creatives": ["perfume"]}})
    assert selector.replace_catalogue(other, START_NS) == [] and selector.shown.campaign == "scent"


def test_a_decision_whose_creative_is_gone_is_made_anew(make_catalogue, told):
    selector = make(make_catalogue(CAMPAIGNS))
    told(selector, steady("f25", end=0.5))
    (selection,) = selector.replace_catalogue(make_catalogue({"morning": CAMPAIGNS["morning"]}), START_NS)
    assert (selection.campaign, selection.showing, selection.captured_ns) == ("morning", 2, START_NS + 500_000_000)
    assert selection.episode == "deeplens1-20261122T075959.123456Z"


def test_a_creative_with_other_content_gets_its_new_address(make_catalogue, told):
    catalogue = make_catalogue(CAMPAIGNS)
    selector = make(catalogue)
    told(selector, steady("f25", end=0.5))
    (selection,) = selector.replace_catalogue(renewed(catalogue, "perfume"), START_NS)
    assert selection.campaign == "scent" and selection.creative.url == f"/media/perfume.{'f' * 16}.webm"


def ads_of(told_lines):
    return [(time_s, name) for time_s, what, name in told_lines if what == "ad"]


@pytest.mark.fault
def test_what_is_shown_long_makes_room_for_the_house_playlist_and_the_next_choice(make_catalogue, told):
    """8 s of film fit eight times into what is over 60 s; then the house playlist of 10 s, then another film."""
    campaigns = {"one": {"creatives": ["x"]}, "two": {"creatives": ["y"]}}
    selector = make(make_catalogue(campaigns, durations={"x": 8.0, "y": 8.0, "house": 10.0}))
    ads = ads_of(told(selector, steady("f25", end=230.0)))
    first, second = ads[0][1], ({"one", "two"} - {ads[0][1]}).pop()
    assert ads == [
        (0.3, first),
        (64.3, "fallback"),
        (74.3, second),
        (138.3, "fallback"),
        (148.3, first),
        (212.3, "fallback"),
        (222.3, second),
    ]
    assert selector.shown.showing == 7


@pytest.mark.fault
def test_the_pause_of_a_long_stay_says_whose_it_is(make_catalogue, told):
    selector = make(make_catalogue({"one": {"creatives": ["x"]}}, fallback=("h1", "h2")))
    told(selector, steady("f25", end=66.0))
    shown = selector.shown
    assert shown.is_fallback and [creative.name for creative in shown.playlist] == ["h1", "h2"]
    assert (shown.episode, shown.estimation) == ("deeplens1-20261122T075959.123456Z", "20f")
    assert (shown.arrived_ns, shown.captured_ns) == (START_NS, START_NS + 64_300_000_000)
    assert shown.reason == "one, x was shown for 64 s: house playlist once"


@pytest.mark.fault
@pytest.mark.parametrize("on_stay", list(OnStay))
@pytest.mark.parametrize(
    ("duration_s", "longest_s", "first_pause_s"),
    [(8.0, 60.0, 64.3), (60.0, 60.0, 60.3), (90.0, 60.0, 90.3), (0.5, 1.2, 1.8), (8.0, 0.0, None)],
)
def test_one_film_is_shown_whole_and_not_for_ever(make_catalogue, told, on_stay, duration_s, longest_s, first_pause_s):
    catalogue = make_catalogue({"one": {"creatives": ["x"]}}, durations={"x": duration_s})
    selector = make(catalogue, on_stay=on_stay, longest_showing_s=longest_s)
    ads = ads_of(told(selector, steady("f25", end=100.0)))
    assert ads[0] == (0.3, "one")
    assert (ads[1] if len(ads) > 1 else (None, None)) == (first_pause_s, first_pause_s and "fallback")


@pytest.mark.fault
def test_plays_in_a_row_of_the_same_film_count_as_long_as_it_is_shown(make_catalogue, told):
    campaigns = {"one": {"creatives": ["x"], "cap": {"plays_per_hour": 9}}}
    selector = make(make_catalogue(campaigns, durations={"x": 8.0, "house": 8.0}), on_stay=OnStay.NEXT)
    ads = ads_of(told(selector, steady("f25", end=90.0)))
    # Eight plays; the choice before the pause was not shown and is none; the ninth; then the cap is reached.
    assert ads == [(0.3, "one"), (64.3, "fallback"), (72.3, "one"), (80.3, "fallback")]


@pytest.mark.fault
def test_who_matches_nothing_is_asked_for_again_after_a_long_stay(make_catalogue, told):
    """08:00 UTC comes after a second: from then on there is something to show."""
    campaigns = {"morning": {"creatives": ["x"], "dayparts": [{"from": "08:00"}]}}
    ads = ads_of(told(make(make_catalogue(campaigns)), steady("f25", end=100.0)))
    assert ads == [(0.3, "fallback"), (60.3, "morning")]


@pytest.mark.fault
def test_nobody_in_the_image_ends_no_showing(make_catalogue, told):
    selector = make(make_catalogue({"one": {"creatives": ["x"]}}), longest_showing_s=1.0)
    images = steady("f25", end=8.2) + steady(start=8.3, end=8.9)
    assert ads_of(told(selector, images)) == [(0.3, "one")]


@pytest.mark.fault
@pytest.mark.parametrize("on_stay", list(OnStay))
def test_one_face_for_ten_hours_neither_freezes_the_sign_nor_grows_it(make_catalogue, observe, on_stay):
    """A face every 0.9 s, and a passer-by with a track of its own in each image."""
    campaigns = {"one": {"creatives": ["x"]}, "two": {"creatives": ["y"]}}
    selector = make(make_catalogue(campaigns), on_stay=on_stay, policy=Policy.LONGEST)
    shown, sizes = [], []
    for index in range(40_000):
        for output in selector.observe(observe(index * 0.9, *steady_crowd(index))):
            if not isinstance(output, PresenceChange):
                shown.append(output.campaign)
        if index % 4000 == 3999:
            sizes.append(len(pickle.dumps((selector._history, selector._presence))))
    assert {"one", "two"} <= set(shown) and shown.count("one") > 100 and shown.count("two") > 100
    if on_stay is OnStay.ONCE:
        assert shown.count("") > 300
    assert max(sizes[2:]) < 1.2 * sizes[1]


def steady_crowd(index):
    stays = ObservedFace(1, True, 40_000, Demographics(Gender.FEMALE, 0.9, 25.0, 4.0, Decade.D20S))
    return stays, ObservedFace(index + 2, True, 10_000, Demographics())


@pytest.mark.fault
@pytest.mark.parametrize(
    ("before", "after", "outputs"),
    [
        ({"vanish_s": 5.0}, {"vanish_s": 0.2}, [(1.0, "ENDED", "20f"), (1.0, "ad", "fallback")]),
        ({}, {"settle_s": 0.0}, []),
        ({}, {"on_stay": OnStay.NEXT}, []),
        ({}, {"child_below_years": 30.0}, []),
    ],
)
def test_live_parameters_act_on_a_running_episode_with_nobody_in_the_image(
    make_catalogue, told, before, after, outputs
):
    selector = make(make_catalogue(CAMPAIGNS), **before)
    told(selector, steady("f25", end=0.8) + steady(start=0.9, end=0.9))
    selector.set_params(AdSelectorParams(**{**before, **after}))
    assert told(selector, steady(start=1.0, end=1.1)) == outputs


@pytest.mark.fault
@pytest.mark.parametrize(
    ("who", "before", "after", "outputs"),
    [
        (["f25"], {"appear_s": 9.0}, {"appear_s": 0.5}, [(1.0, "STARTED", "20f"), (1.0, "ad", "scent")]),
        (["unknown"], {"settle_s": 9.0}, {"settle_s": 0.5}, [(1.0, "ad", "morning")]),
        (["f25"], {}, {"child_below_years": 30.0}, [(1.0, "UPDATED", "unknown"), (1.0, "ad", "morning")]),
        (["f25"], {}, {"child_below_years": 20.0}, []),
        (["f25"], {"on_stay": OnStay.NEXT}, {"on_stay": OnStay.ONCE}, []),
        (["f25"], {}, {"vanish_s": 5.0}, []),
        (["f25"], {}, {"longest_showing_s": 0.5}, []),
        (["m45", "f25", "f22"], {}, {"policy": Policy.MAJORITY}, [(1.0, "UPDATED", "20f"), (1.0, "ad", "scent")]),
        (["m45", "f25"], {}, {"policy": Policy.MAJORITY}, []),
    ],
)
def test_live_parameters_act_with_the_next_image(make_catalogue, told, face, who, before, after, outputs):
    faces = [face(each, index + 1, 90 - index) for index, each in enumerate(who)]
    selector = make(make_catalogue(CAMPAIGNS), **before)
    told(selector, steady(*faces, end=0.9))
    selector.set_params(AdSelectorParams(**{**before, **after}))
    assert told(selector, [(1.0, *faces)]) == outputs
    assert told(selector, steady(*faces, start=1.1, end=1.5)) == [], "once"


@pytest.mark.fault
def test_the_longest_showing_and_what_follows_can_be_set_while_something_is_shown(make_catalogue, told):
    campaigns = {"one": {"creatives": ["x"]}, "two": {"creatives": ["y"]}}
    selector = make(make_catalogue(campaigns, durations={"x": 2.0, "y": 2.0}), longest_showing_s=0.0)
    told(selector, steady("f25", end=7.0))
    selector.set_params(AdSelectorParams(longest_showing_s=8.0))
    assert ads_of(told(selector, steady("f25", start=7.1, end=9.0))) == [(8.3, "fallback")]
    selector.set_params(AdSelectorParams(longest_showing_s=0.0, on_stay=OnStay.NEXT))
    assert len(ads_of(told(selector, steady("f25", start=9.1, end=20.5)))) == 3, "at 16.3, 18.3 and 20.3"


@pytest.mark.fault
def test_another_rule_between_two_episodes_makes_no_further_decision(make_catalogue, told):
    selector = make(make_catalogue(CAMPAIGNS))
    selector.set_params(AdSelectorParams(policy=Policy.LONGEST))
    assert ads_of(told(selector, steady("f25", end=3.0))) == [(0.3, "scent")]
