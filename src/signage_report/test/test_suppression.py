"""Counts of few people are withheld, and no total tells them."""

import itertools
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from signage_report.suppression import LEAST_PEOPLE, withheld

PEOPLE = st.one_of(st.integers(0, 7), st.integers(0, 60))
ROWS = st.dictionaries(st.tuples(st.sampled_from("abcdef")), PEOPLE, max_size=6)
TABLES = st.dictionaries(st.tuples(st.sampled_from("abcd"), st.integers(8, 11)), PEOPLE, max_size=16)
CUBES = st.dictionaries(st.tuples(st.sampled_from("abc"), st.integers(8, 10), st.sampled_from("xy")), PEOPLE)


def one(**counts):
    return {(name,): people for name, people in counts.items()}


def names(keys):
    return "".join(sorted(key[0] for key in keys))


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        (one(a=5, b=100), ""),
        (one(a=0, b=100), ""),
        (one(a=4, b=100), "ab"),
        (one(a=3, b=100, c=7, d=9), "ac"),
        (one(a=3, b=4, c=100), "ab"),
        (one(a=1, b=2, c=100, d=6), "abd"),
        (one(a=1, b=2, c=2, d=100), "abc"),
        (one(a=3), "a"),
        (one(a=3, b=0), "a"),
        ({(): 4}, ""),
    ],
    ids=str,
)
def test_the_smallest_others_hide_those_of_few(counts, hidden):
    assert names(key or ("",) for key in withheld(counts)) == hidden


def test_a_total_of_few_is_withheld():
    assert withheld({(): 4}) == {()}
    assert not withheld({(): 5})
    assert not withheld({})


def test_in_two_dimensions_rows_and_columns_hide_them():
    counts = {(c, h): 20 + ord(c) + h for c in "abc" for h in range(3)} | {("a", 0): 2}
    hidden = withheld(counts)
    assert ("a", 0) in hidden
    assert all(len([key for key in hidden if key[0] == c]) != 1 for c in "abc")
    assert all(len([key for key in hidden if key[1] == h]) != 1 for h in range(3))


def test_what_is_withheld_in_a_shorter_report_can_not_be_added_up():
    """By campaign, b hides a; by campaign and hour, the hours of b must not add up to it."""
    counts = {("a", 8): 1, ("a", 9): 2, ("b", 8): 6, ("b", 9): 6, ("c", 8): 50, ("c", 9): 50}
    assert names(withheld({("a",): 3, ("b",): 12, ("c",): 100})) == "ab"
    assert {("b", 8), ("b", 9)} & withheld(counts)


@given(ROWS)
def test_from_a_table_and_its_total_nobody_learns_of_few(counts):
    """An attacker knows the total and all that is told: what is withheld may be anything from 0 to five or more."""
    hidden = withheld(counts)
    assert all(key in hidden for key, people in counts.items() if 0 < people < LEAST_PEOPLE)
    total = sum(counts.values())
    if hidden and total >= LEAST_PEOPLE:
        left = total - sum(people for key, people in counts.items() if key not in hidden)
        assert len(hidden) >= 2
        assert left >= LEAST_PEOPLE


@given(ROWS)
def test_nothing_is_withheld_without_need(counts):
    few = [people for people in counts.values() if 0 < people < LEAST_PEOPLE]
    hidden = withheld(counts)
    if not few:
        assert not hidden
    elif len(few) > 1 and sum(few) >= LEAST_PEOPLE:
        assert len(hidden) == len(few)


class Attacker:
    """Has every report of a period with some of the dimensions, and solves what has one unknown, again and again."""

    def __init__(self, counts, tells=True):
        width = len(next(iter(counts), ()))
        subsets = [kept for size in range(width + 1) for kept in itertools.combinations(range(width), size)]
        tables = {kept: summed(counts, kept) for kept in subsets}
        self.known = {}
        for kept, table in tables.items():
            hidden = withheld(table) if tells or len(kept) < width else set(table)
            self.known |= {(kept, key): people for key, people in table.items() if key not in hidden or not people}
        self.equations = [
            ((small, key), [(large, other) for other in tables[large] if part(other, large, small) == key])
            for small, large in itertools.permutations(subsets, 2)
            if set(small) < set(large)
            for key in tables[small]
        ]
        self.told = dict(self.known)
        self._solve()

    def _solve(self):
        before = -1
        while before != len(self.known):
            before = len(self.known)
            for total, parts in self.equations:
                self._solve_one(total, parts)

    def _solve_one(self, total, parts):
        unknown = [name for name in parts if name not in self.known]
        people = sum(self.known[name] for name in parts if name in self.known)
        if not unknown:
            self.known.setdefault(total, people)
        elif len(unknown) == 1 and total in self.known:
            self.known[unknown[0]] = self.known[total] - people

    def few(self):
        """Return the counts of few people that it knows of."""
        return {name for name, people in self.known.items() if 0 < people < LEAST_PEOPLE}

    def differences(self):
        """Return what each total that is told leaves after all that is told under it."""
        for total, parts in self.equations:
            if total in self.told:
                yield self.told[total] - sum(self.told.get(name, 0) for name in parts)


def summed(counts, kept):
    table = defaultdict(int)
    for key, people in counts.items():
        table[tuple(key[place] for place in kept)] += people
    return dict(table)


def part(key, large, small):
    return tuple(key[large.index(dimension)] for dimension in small)


@settings(deadline=None, max_examples=150)
@given(st.one_of(TABLES, CUBES))
def test_no_total_less_what_is_told_under_it_leaves_few_people(counts):
    assert not [left for left in Attacker(counts).differences() if 0 < left < LEAST_PEOPLE]


@settings(deadline=None, max_examples=150)
@given(st.one_of(TABLES, CUBES))
def test_nor_does_solving_all_reports_by_some_of_the_dimensions(counts):
    """But for what the shorter reports tell by themselves, because nobody was in all but one of the groups."""
    assert Attacker(counts).few() <= Attacker(counts, tells=False).few()


@given(TABLES)
def test_the_order_of_rows_does_not_matter(counts):
    assert withheld(counts) == withheld(dict(reversed(list(counts.items()))))
