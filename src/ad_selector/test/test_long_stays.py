"""Somebody who stays: what is shown after long, and what may be set meanwhile."""

import pickle

import pytest
from ad_selector.params import AdSelectorParams, OnStay
from ad_selector.presence import PresenceChange
from ad_selector.watchers import ObservedFace, Policy
from selector_told import CAMPAIGNS, START_NS, ads_of, make, steady
from signage_common.demographics import Decade, Demographics, Gender

pytestmark = pytest.mark.fault


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


def test_the_pause_of_a_long_stay_says_whose_it_is(make_catalogue, told):
    selector = make(make_catalogue({"one": {"creatives": ["x"]}}, fallback=("h1", "h2")))
    told(selector, steady("f25", end=66.0))
    shown = selector.shown
    assert shown.is_fallback and [creative.name for creative in shown.playlist] == ["h1", "h2"]
    assert (shown.episode, shown.estimation) == ("deeplens1-20261122T075959.123456Z", "20f")
    assert (shown.arrived_ns, shown.captured_ns) == (START_NS, START_NS + 64_300_000_000)
    assert shown.reason == "one, x was shown for 64 s: house playlist once"


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


def test_plays_in_a_row_of_the_same_film_count_as_long_as_it_is_shown(make_catalogue, told):
    campaigns = {"one": {"creatives": ["x"], "cap": {"plays_per_hour": 9}}}
    selector = make(make_catalogue(campaigns, durations={"x": 8.0, "house": 8.0}), on_stay=OnStay.NEXT)
    ads = ads_of(told(selector, steady("f25", end=90.0)))
    # Eight plays; the choice before the pause was not shown and is none; the ninth; then the cap is reached.
    assert ads == [(0.3, "one"), (64.3, "fallback"), (72.3, "one"), (80.3, "fallback")]


def test_who_matches_nothing_is_asked_for_again_after_a_long_stay(make_catalogue, told):
    """08:00 UTC comes after a second: from then on there is something to show."""
    campaigns = {"morning": {"creatives": ["x"], "dayparts": [{"from": "08:00"}]}}
    ads = ads_of(told(make(make_catalogue(campaigns)), steady("f25", end=100.0)))
    assert ads == [(0.3, "fallback"), (60.3, "morning")]


def test_nobody_in_the_image_ends_no_showing(make_catalogue, told):
    selector = make(make_catalogue({"one": {"creatives": ["x"]}}), longest_showing_s=1.0)
    images = steady("f25", end=8.2) + steady(start=8.3, end=8.9)
    assert ads_of(told(selector, images)) == [(0.3, "one")]


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


def test_the_longest_showing_and_what_follows_can_be_set_while_something_is_shown(make_catalogue, told):
    campaigns = {"one": {"creatives": ["x"]}, "two": {"creatives": ["y"]}}
    selector = make(make_catalogue(campaigns, durations={"x": 2.0, "y": 2.0}), longest_showing_s=0.0)
    told(selector, steady("f25", end=7.0))
    selector.set_params(AdSelectorParams(longest_showing_s=8.0))
    assert ads_of(told(selector, steady("f25", start=7.1, end=9.0))) == [(8.3, "fallback")]
    selector.set_params(AdSelectorParams(longest_showing_s=0.0, on_stay=OnStay.NEXT))
    assert len(ads_of(told(selector, steady("f25", start=9.1, end=20.5)))) == 3, "at 16.3, 18.3 and 20.3"


def test_another_rule_between_two_episodes_makes_no_further_decision(make_catalogue, told):
    selector = make(make_catalogue(CAMPAIGNS))
    selector.set_params(AdSelectorParams(policy=Policy.LONGEST))
    assert ads_of(told(selector, steady("f25", end=3.0))) == [(0.3, "scent")]
