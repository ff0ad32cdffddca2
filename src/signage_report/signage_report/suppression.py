"""Withhold counts of few people, and as many others as it takes that no total tells them.

Cell suppression with the minimum frequency rule, as in Hundepool et al., Statistical Disclosure Control (Wiley, 2012),
chapters 4 and 5: a count from 1 to 4 is withheld (primary suppression); then, wherever counts have a total, so many
more that those withheld under it are at least two and at least five people together (secondary suppression).
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence, Set
from functools import cache

LEAST_PEOPLE = 5
"""The fewest people that a count is told of."""
_ALL_TOTALS_UP_TO = 4
_TWO = 2

Key = tuple[Hashable, ...]
"""What a count is of: one value for each dimension."""


def _none(_: tuple[int, ...]) -> frozenset[Key]:
    return frozenset()


def withheld(counts: Mapping[Key, int], few: Callable[[tuple[int, ...]], Set[Key]] = _none) -> frozenset[Key]:
    """Return which counts of a table must not be told.

    The table is taken as one of many that may be told of the same people: those with fewer of its dimensions, down to
    their total. No total that is told, less the counts under it that are told, leaves one to four people.

    Args:
        counts: people by key; all keys have as many values as the table has dimensions.
        few: returns what else is to be withheld of the table by some of the dimensions, told by their places.
    """
    dimensions = range(len(next(iter(counts), ())))

    @cache
    def hidden(kept: tuple[int, ...]) -> frozenset[Key]:
        table = _summed(counts, kept)
        totals = [_Total(table, _places(kept, subset), hidden(subset)) for subset in smaller(kept)]
        return _closed(table, totals, few(kept))

    return hidden(tuple(dimensions))


class _Total:
    """The sums of a table over some of its dimensions.

    Attributes:
        members: the keys of the table under each sum, fewest people first, without those of nobody.
        hidden: which of the sums are themselves withheld where they are told.
    """

    def __init__(self, table: Mapping[Key, int], places: Sequence[int], hidden: frozenset[Key]) -> None:
        self.members: dict[Key, list[Key]] = defaultdict(list)
        self.hidden = hidden
        for key in sorted(filter(table.__getitem__, table), key=lambda key: (table[key], str(key))):
            self.members[tuple(key[place] for place in places)].append(key)

    def solved(self, hidden: Set[Key]) -> Set[Key]:
        """Return which of the hidden keys are the only ones under a sum that is told, which tells them too."""
        told = (members for of, members in self.members.items() if of not in self.hidden)
        left = [[key for key in members if key in hidden] for members in told]
        return {keys[0] for keys in left if len(keys) == 1}

    def wanted(self, table: Mapping[Key, int], hidden: Set[Key], solved: Set[Key]) -> Iterator[Key]:
        """Return what is to be withheld besides, so that each sum keeps what is withheld under it."""
        for of, members in self.members.items():
            known = [key for key in members if key not in hidden]
            kept = [table[key] for key in members if key in hidden and key not in solved]
            is_concerned = of in self.hidden or len(known) < len(members)
            few = 1 if of in self.hidden else _TWO
            if known and is_concerned and (len(kept) < few or sum(kept) < LEAST_PEOPLE):
                yield known[0]


def _closed(table: Mapping[Key, int], totals: Sequence[_Total], few: Set[Key]) -> frozenset[Key]:
    """Return the counts of a table to withhold: those of or but for few people, and what hides them from each total."""
    hidden = {key for key, people in table.items() if 0 < people < LEAST_PEOPLE} | few
    while True:
        solved = _solved(totals, hidden)
        more = {key for total in totals for key in total.wanted(table, hidden, solved)}
        if not more:
            return frozenset(hidden)
        hidden |= more


def _solved(totals: Sequence[_Total], hidden: Set[Key]) -> set[Key]:
    """Return which of the hidden keys the totals tell, one after the other."""
    solved: set[Key] = set()
    while more := {key for total in totals for key in total.solved(hidden - solved)}:
        solved |= more
    return solved


def _summed(counts: Mapping[Key, int], kept: Sequence[int]) -> dict[Key, int]:
    table: dict[Key, int] = defaultdict(int)
    for key, people in counts.items():
        table[tuple(key[place] for place in kept)] += people
    return dict(table)


def _places(kept: Sequence[int], subset: Sequence[int]) -> list[int]:
    return [kept.index(dimension) for dimension in subset]


def smaller(kept: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Return the sets of dimensions that are told besides; of more than four, those of one and two and the total."""
    most = len(kept) - 1 if len(kept) <= _ALL_TOTALS_UP_TO else _TWO
    for size in range(most + 1):
        yield from itertools.combinations(kept, size)
