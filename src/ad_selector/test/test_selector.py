import itertools
from dataclasses import replace

import pytest
from ad_selector.params import OnStay
from ad_selector.segment import Audience
from ad_selector.watchers import Policy
from selector_told import CAMPAIGNS, START_NS, make, steady, told_of


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
