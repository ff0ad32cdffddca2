"""The choice for an audience: what rules campaigns out, who wins, how equals share, and what counts as history."""

import datetime
import gc
import itertools
import time
from collections import Counter

import pytest
from ad_selector.choice import (
    HOUR_NS,
    MAX_REASON,
    History,
    Play,
    choose_ad,
    enumerate_shortly,
    weighted_draw,
    why_ruled_out,
)
from ad_selector.segment import Audience
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from signage_catalogue import Campaign
from signage_common.stamps import NS_PER_S

START_NS = 1_795_334_399_123_456_789  # 2026-11-22 07:59:59.123456789 UTC, a Sunday
YOUNG_WOMEN = {"creatives": ["perfume"], "target": {"gender": "female", "age": [20, 39]}, "priority": 10}
YOUNG = {"creatives": ["phones"], "target": {"age": [20, 39]}, "priority": 5}
ALL = {"creatives": ["coffee"]}
CAMPAIGNS = {"scent": YOUNG_WOMEN, "sound": YOUNG, "morning": ALL}


def choose(catalogue, segment, episode="e1", history=None, watchers=1, now_ns=START_NS):
    return choose_ad(Audience("deeplens1", segment, watchers, episode), catalogue, history or History(), now_ns)


@pytest.mark.parametrize(
    ("who", "campaign", "creative"),
    [
        ("f25", "scent", "perfume"),
        ("m25", "sound", "phones"),
        ("m45", "morning", "coffee"),
        ("unknown", "morning", "coffee"),
        ("child", "morning", "coffee"),
    ],
)
def test_the_highest_priority_that_matches_wins(make_catalogue, segment, who, campaign, creative):
    choice = choose(make_catalogue(CAMPAIGNS), segment(who))
    assert (choice.campaign, choice.creative) == (campaign, creative)


@pytest.mark.parametrize(
    ("who", "reason"),
    [
        (
            "f25",
            "20f, 1 watcher at deeplens1: scent matches with the highest priority, 10; "
            "morning has priority 0; sound has priority 5",
        ),
        (
            "m45",
            "40m, 1 watcher at deeplens1: morning matches with the highest priority, 0; "
            "scent is for female; sound is for ages 20 to 39",
        ),
    ],
)
def test_the_reason_names_every_campaign(make_catalogue, segment, who, reason):
    assert choose(make_catalogue(CAMPAIGNS), segment(who)).reason == reason


def test_nothing_matches(make_catalogue, segment):
    choice = choose(make_catalogue({"scent": YOUNG_WOMEN}), segment("m25"))
    assert (choice.campaign, choice.creative) == ("", "")
    assert choice.reason == "20m, 1 watcher at deeplens1: no campaign matches, house playlist; scent is for female"
    assert choose(make_catalogue({}), segment("m25")).reason.endswith("house playlist; there is none")


def test_weights_decide_among_equals_and_the_reason_says_so(make_catalogue, segment):
    catalogue = make_catalogue({"a": {"creatives": ["x"], "weight": 3}, "b": {"creatives": ["y"]}})
    choices = [choose(catalogue, segment("f25"), f"episode-{index}") for index in range(2000)]
    assert Counter(choice.campaign for choice in choices)["a"] == pytest.approx(1500, abs=80)
    drawn = next(choice for choice in choices if choice.campaign == "a")
    assert drawn.reason.endswith("a drawn with weight 3 of 4 among equals of priority 0 with b")


def test_creatives_of_a_campaign_share_evenly(make_catalogue, segment):
    catalogue = make_catalogue({"a": {"creatives": ["x", "y", "z"]}})
    counts = Counter(choose(catalogue, segment("f25"), f"episode-{index}").creative for index in range(3000))
    assert all(count == pytest.approx(1000, abs=120) for count in counts.values()) and len(counts) == 3


def test_a_campaign_at_its_cap_makes_room(make_catalogue, segment):
    catalogue = make_catalogue({"scent": {**YOUNG_WOMEN, "cap": {"plays_per_hour": 1}}, "morning": ALL})
    history = History((Play(START_NS - 1, "scent", "perfume", "e0"),))
    choice = choose(catalogue, segment("f25"), history=history)
    assert choice.campaign == "morning" and "scent had its 1 plays of this hour" in choice.reason
    assert choose(catalogue, segment("f25"), history=history, now_ns=START_NS + 3600 * 10**9).campaign == "scent"


def test_the_next_choice_of_an_episode_is_another_creative_of_the_same_rank(make_catalogue, segment):
    catalogue = make_catalogue(
        {"a": {"creatives": ["x", "y"]}, "b": {"creatives": ["z"]}, "c": {"creatives": ["w"], "priority": -1}}
    )
    history, shown = History(), []
    for index in range(12):
        choice = choose(catalogue, segment("f25"), history=history)
        shown.append(choice.creative)
        history = history.with_play(Play(START_NS + index, choice.campaign, choice.creative, "e1"))
    assert set(shown) == {"x", "y", "z"} and all(one != two for one, two in itertools.pairwise(shown))


def test_the_only_creative_is_chosen_again(make_catalogue, segment):
    history = History((Play(START_NS, "morning", "coffee", "e1"),))
    assert choose(make_catalogue({"morning": ALL}), segment("f25"), history=history).creative == "coffee"


@pytest.mark.parametrize(("timezone", "campaign"), [("UTC", ""), ("Asia/Seoul", "evening"), ("America/New_York", "")])
def test_times_of_day_are_local(make_catalogue, segment, timezone, campaign):
    """07:59:59 UTC is 16:59:59 in Seoul and 02:59:59 in New York."""
    evening = {"creatives": ["x"], "dayparts": [{"from": "16:59", "to": "17:00"}]}
    catalogue = make_catalogue({"evening": evening}, timezone=timezone)
    assert choose(catalogue, segment("f25")).campaign == campaign
    assert choose(catalogue, segment("f25"), now_ns=START_NS + 10**9).campaign == "", "half-open"


CAMPAIGN = st.fixed_dictionaries(
    {"creatives": st.lists(st.sampled_from("uvwxyz"), min_size=1, max_size=3, unique=True)},
    optional={
        "priority": st.integers(-2, 2),
        "weight": st.floats(0.1, 10),
        "target": st.fixed_dictionaries(
            {},
            optional={
                "gender": st.sampled_from(["any", "female", "male"]),
                "age": st.sampled_from([[0, 120], [20, 39]]),
            },
        ),
        "cap": st.just({"plays_per_hour": 1}),
    },
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.sampled_from("abcdef"), CAMPAIGN, max_size=6),
    st.sampled_from(["f25", "m45", "unknown", "child"]),
    st.sampled_from(["e1", "e2", "e3"]),
    st.randoms(use_true_random=False),
)
def test_the_choice_is_a_function_and_no_order_matters(make_catalogue, segment, campaigns, who, episode, random):
    items = [
        (name, {**campaign, "creatives": random.sample(campaign["creatives"], len(campaign["creatives"]))})
        for name, campaign in campaigns.items()
    ]
    random.shuffle(items)
    choice = choose(make_catalogue(campaigns), segment(who), episode)
    assert choice == choose(make_catalogue(dict(items)), segment(who), episode)
    assert all(name in choice.reason for name in campaigns)
    if choice.campaign:
        target = campaigns[choice.campaign].get("target", {})
        personal = target.get("gender", "any") != "any" or "age" in target
        assert not (personal and who in ("unknown", "child"))
        assert choice.creative in campaigns[choice.campaign]["creatives"]


NOON = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.timezone.utc)
NOW_NS = int(NOON.timestamp()) * 10**9


def obstacle(target, segment, watchers=1, history=None, **fields):
    campaign = Campaign.model_validate({"creatives": ["a"], "target": target, **fields})
    audience = Audience("deeplens1", segment, watchers)
    return why_ruled_out("x", campaign, audience, history or History(), NOW_NS, NOON)


@pytest.mark.parametrize(
    ("target", "who", "expected"),
    [
        ({}, "f25", None),
        ({}, "unknown", None),
        ({}, "child", None),
        ({"gender": "female"}, "f25", None),
        ({"gender": "female"}, "m25", "is for female"),
        ({"gender": "male"}, "m25", None),
        ({"gender": "male"}, "f25", "is for male"),
        ({"gender": "female"}, "unknown", "asks for gender or age, which are unknown"),
        ({"gender": "female"}, "child", "asks for gender or age, which a child is never chosen by"),
        ({"age": [20, 39]}, "f20", None),
        ({"age": [20, 39]}, "f39", None),
        ({"age": [20, 39]}, "f19", "is for ages 20 to 39"),
        ({"age": [20, 39]}, "m40", "is for ages 20 to 39"),
        ({"age": [0, 120]}, "unknown", "asks for gender or age, which are unknown"),
        ({"age": [0, 120]}, "child", "asks for gender or age, which a child is never chosen by"),
        ({"devices": ["deeplens1", "x"]}, "unknown", None),
        ({"devices": ["deeplens2", "x"]}, "f25", "is for deeplens2, x"),
    ],
)
def test_target(segment, target, who, expected):
    assert obstacle(target, segment(who)) == expected


@pytest.mark.parametrize(
    ("limits", "watchers", "expected"),
    [
        ({}, 0, None),
        ({"min": 1}, 0, "wants at least 1 watcher"),
        ({"max": 0}, 0, None),
        ({"max": 0}, 1, "wants at most 0 watchers"),
        ({"min": 2}, 1, "wants at least 2 watchers"),
        ({"min": 2}, 2, None),
        ({"max": 2}, 2, None),
        ({"max": 2}, 3, "wants at most 2 watchers"),
        ({"min": 2, "max": 2}, 2, None),
    ],
)
def test_watchers(segment, limits, watchers, expected):
    assert obstacle({"watchers": limits}, segment("child"), watchers) == expected


def test_dates_rule_out(segment):
    assert "runs from 2026-12-01" in obstacle({}, segment("f25"), dates={"from": "2026-12-01"})


@pytest.mark.parametrize(("plays", "expected"), [(1, None), (2, "had its 2 plays of this hour")])
def test_a_cap_rules_out_when_it_is_reached(segment, plays, expected):
    history = History(tuple(Play(NOW_NS - index, "x", "a", "e") for index in range(plays)))
    assert obstacle({}, segment("f25"), history=history, cap={"plays_per_hour": 2}) == expected


WEIGHTS = st.dictionaries(st.text(min_size=1, max_size=5), st.floats(0.01, 100.0), min_size=1, max_size=6)


@given(WEIGHTS, st.text(max_size=30), st.randoms(use_true_random=False))
def test_the_same_occasion_draws_the_same_in_any_order(weights, occasion, random):
    items = list(weights.items())
    random.shuffle(items)
    drawn = weighted_draw(weights, occasion)
    assert drawn == weighted_draw(dict(items), occasion) and drawn in weights


def test_shares_follow_the_weights():
    counts = Counter(weighted_draw({"a": 3.0, "b": 1.0, "c": 0.5}, f"episode {index}") for index in range(9000))
    assert counts["a"] == pytest.approx(6000, abs=200)
    assert counts["b"] == pytest.approx(2000, abs=200)
    assert counts["c"] == pytest.approx(1000, abs=150)


def test_a_draw_never_changes_between_versions():
    assert [weighted_draw({"a": 1, "b": 1, "c": 1}, str(index)) for index in range(8)] == list("bbcaaccb")


def history_of(*plays):
    history = History()
    for stamp_ns, campaign, episode in plays:
        history = history.with_play(Play(stamp_ns, campaign, f"{campaign}-film", episode))
    return history


def test_plays_of_the_hour_that_ends_now():
    history = history_of((1, "a", "e1"), (2, "b", "e2"), (HOUR_NS, "a", "e3"))
    counts = {now_ns: history.plays_in_hour("a", now_ns) for now_ns in (0, 1, HOUR_NS, HOUR_NS + 1, 2 * HOUR_NS)}
    assert counts == {0: 0, 1: 1, HOUR_NS: 2, HOUR_NS + 1: 1, 2 * HOUR_NS: 0}


@pytest.mark.fault
def test_old_plays_are_forgotten_but_not_how_many_the_running_episode_had():
    history = history_of((1, "a", "e1"), (2, "b", "e2"), (HOUR_NS + 5, "c", "e2"))
    assert [(play.campaign, play.number) for play in history.plays] == [("c", 2)]
    assert (history.count_of("e1"), history.count_of("e2")) == (0, 2)


@pytest.mark.fault
def test_the_history_of_ten_hours_is_that_of_one():
    history = History()
    for index in range(4500):
        history = history.with_play(Play(index * 8 * NS_PER_S, f"c{index % 3}", "film", "e1"))
    assert len(history.plays) == 450 and history.count_of("e1") == 4500
    assert history.plays_in_hour("c0", history.plays[-1].stamp_ns) == 150


def test_plays_of_an_episode():
    history = history_of((1, "a", "e1"), (2, "b", "e2"), (3, "c", "e1"))
    assert history.last_of("e1").campaign == "c" and (history.count_of("e1"), history.count_of("e2")) == (2, 1)
    assert history.last_of("") is None and history.count_of("") == 0


MANY = 28_000
CROWDS = {
    "equals": lambda index: {"creatives": ["x", "y"]},
    "priorities": lambda index: {"creatives": ["x"], "priority": index},
    "caps": lambda index: {"creatives": ["x"], "cap": {"plays_per_hour": 1}},
    "nights": lambda index: {"creatives": ["x"], "dayparts": [{"from": "22:00", "to": "02:00"}]},
    "persons": lambda index: {"creatives": ["x"], "target": {"gender": "female", "age": [20, 39]}},
    "devices": lambda index: {"creatives": ["x"], "target": {"devices": [f"{'d' * 90}{n}" for n in range(9)]}},
}


@pytest.mark.fault
@pytest.mark.parametrize("crowd", CROWDS)
def test_a_crowd_of_campaigns_is_chosen_from_in_linear_time_and_explained_shortly(make_catalogue, segment, crowd):
    """Linear: ten times as many campaigns take about ten times as long, where a square would take a hundred times."""

    def cost_s(count):
        catalogue = make_catalogue({f"{'n' * 60}{index}": CROWDS[crowd](index) for index in range(count)})
        history = History(tuple(Play(START_NS - index, f"{'n' * 60}{index}", "x", "e") for index in range(2000)))
        gc.collect()
        gc.disable()  # what else this process holds is no cost of the choice
        try:
            began_s = time.process_time()
            choice = choose(catalogue, segment("m25"), history=history)
            took_s = time.process_time() - began_s
        finally:
            gc.enable()
        assert len(choice.reason) <= 2 * MAX_REASON and "more campaigns" in choice.reason
        return took_s

    few, many = MANY // 10, MANY
    assert min(cost_s(many) for _ in range(3)) < 40 * min(cost_s(few) for _ in range(3))


@pytest.mark.fault
@pytest.mark.parametrize(
    ("texts", "most", "text"),
    [
        (["a"], 1, "a"),
        (["a", "b"], 4, "a, b"),
        (["a", "b"], 3, "a, 1 more x"),
        (["long first text", "b", "c"], 5, "long first text, 2 more x"),
        (["a", "bb", "cc", "dd"], 12, "a, 3 more x"),
        (["a", "b", "c", "d" * 50], 18, "a, b, c, 1 more x"),
    ],
)
def test_an_enumeration_is_as_long_as_it_may_be(texts, most, text):
    assert enumerate_shortly(texts, ", ", most, "x") == text


def test_going_back_in_time():
    assert [play.campaign for play in history_of((1, "a", "e"), (2, "b", "e"), (3, "c", "e")).until(2).plays] == [
        "a",
        "b",
    ]
