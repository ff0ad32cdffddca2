"""Somebody may be in several groups of a report: what its totals tell then of who is not in one, or in none."""

import itertools
import random

import pytest
from signage_report.suppression import LEAST_PEOPLE

CAMPAIGN_OF = {"shoes": "spring", "boots": "spring", "scent": "evening"}
SUBSETS = [by for size in range(4) for by in itertools.combinations(("campaign", "creative", "screen", "hour"), size)]


def tell(accounts, visits):
    """Tell of visits: hour, watchers, and the creatives that each of some screens showed them."""
    for number, (hour, watchers, shown) in enumerate(visits):
        minute = f"{hour:02d}:{number:02d}"
        accounts.episode(f"e{number}", f"{minute}:00", "20f", watchers)
        for place, (screen, creative) in enumerate(shown):
            start = f"{minute}:{place + 1:02d}"
            accounts.play(screen, CAMPAIGN_OF[creative], creative, f"e{number}", start, 0.5)


def watchers(accounts, *by):
    """Return the watchers of each row, None where they are withheld, and of all."""
    report = accounts.report(*by)
    return {row.key: row.figures.watchers for row in report.rows}, report.total.figures.watchers


@pytest.mark.parametrize("by", ["campaign", "creative"])
def test_who_was_shown_nothing_is_not_what_a_total_leaves(accounts, by):
    tell(accounts, [(9, 40, [("door", "shoes")]), (9, 2, [])])
    told, total = watchers(accounts, by)
    assert (list(told.values()), total) == ([None], 42)


@pytest.mark.parametrize("nobodys", [2, 7])
def test_who_was_shown_nothing_hides_no_campaign(accounts, nobodys):
    """The report by screen tells how many they are, and so what the campaigns are together."""
    tell(accounts, [(9, 40, [("door", "shoes")]), (9, 3, [("door", "scent")]), (9, nobodys, [])])
    assert watchers(accounts, "screen")[0] == {("door",): 43}
    assert set(watchers(accounts, "campaign")[0].values()) == {None}


def test_a_screen_that_was_off_for_a_few_is_told(accounts):
    tell(accounts, [(9, 40, [("door", "shoes")]), (9, 2, [])])
    assert watchers(accounts, "screen") == ({("door",): 40}, 42)


def test_nor_is_who_was_not_shown_one_campaign(accounts):
    tell(accounts, [(9, 30, [("door", "shoes"), ("door", "scent")]), (9, 2, [("door", "scent")])])
    told, total = watchers(accounts, "campaign")
    assert (told[("spring",)], total) == (None, 32)


def test_nor_who_was_not_shown_one_creative_of_a_campaign(accounts):
    both = [("door", "shoes"), ("door", "boots")]
    tell(accounts, [(9, 30, both), (9, 2, [("door", "boots")]), (10, 50, [("door", "scent")]), (11, 90, [])])
    assert watchers(accounts, "campaign")[0] == {("spring",): 32, ("evening",): 50}
    assert watchers(accounts, "creative")[0][("shoes",)] is None


def test_where_nobody_is_few_nothing_is_withheld(accounts):
    tell(accounts, [(9, 30, [("door", "shoes"), ("door", "scent")]), (9, 5, [("door", "scent")]), (10, 9, [])])
    assert watchers(accounts, "campaign") == ({("spring",): 30, ("evening",): 35}, 44)


@pytest.mark.parametrize("seed", range(12))
def test_no_total_less_a_group_leaves_few_people(accounts, seed):
    """An attacker has the reports by every subset of the dimensions, and knows whose creatives they are."""
    rng = random.Random(seed)
    shows = [(screen, creative) for screen in ("door", "lobby") for creative in CAMPAIGN_OF]
    tell(accounts, [(rng.choice((9, 10)), rng.randint(1, 12), rng.sample(shows, rng.randint(0, 3))) for _ in range(12)])
    reports = {by: watchers(accounts, *by)[0] for by in SUBSETS}
    for (wide, told), (less, totals) in itertools.permutations(reports.items(), 2):
        if "screen" in set(wide) - set(less):
            continue
        if set(less) - {"campaign"} < set(wide) and ("campaign" not in less or {"campaign", "creative"} & set(wide)):
            for key, people in told.items():
                of = dict(zip(wide, key, strict=True))
                of.setdefault("campaign", CAMPAIGN_OF.get(of.get("creative")))
                total = totals.get(tuple(of[name] for name in less))
                assert not people or total is None or not 0 < total - people < LEAST_PEOPLE, (wide, key, less)
