"""What totals tell of groups of which somebody may be in several: how many are not in one of them, or in none.

Campaigns and creatives are chosen for people. A total less such a group is people, too: those for whom another one was
chosen. A total less all of them is those to whom nothing was shown, if nobody is in two. A screen is chosen for nobody:
a total less the people before it tells how many came while it was off, and of them nothing.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from signage_report.figures import Tally
from signage_report.queries import Key, counts_once
from signage_report.suppression import LEAST_PEOPLE, smaller

PARENTS = {"creative": "campaign", "screen": "device"}
"""What a value of a dimension belongs to: whoever has the reports by both knows totals of the one by the other."""
_CHOSEN, _NOT_CHOSEN = frozenset({"creative", "campaign"}), "screen"
Tallies = Mapping[Key, Tally]


def parents_of(by: Sequence[str]) -> tuple[str, ...]:
    """Return what the dimensions of a report belong to, unless the report is by that, too."""
    return tuple(PARENTS[name] for name in by if name in PARENTS and PARENTS[name] not in by)


def totals_of(by: Sequence[str]) -> list[tuple[str, ...]]:
    """Return by which dimensions others are told, or can be added up, that have everybody of a report's groups."""
    names = (*by, *parents_of(by))
    shown, once = _parted(names)
    sets = (of for size in range(len(shown)) for of in itertools.combinations(shown, size))
    own = _parted(by)[0]
    return [(*of, *once) for of in sets if of != own and _without_parents(of, by) == of]


def reached_by(by: Sequence[str]) -> tuple[str, ...]:
    """Return by which dimensions it is to be counted who is in any group of a report."""
    return _parted((*by, *parents_of(by)))[1]


@dataclass(frozen=True)
class Overlap:
    """The people of a report whose groups overlap.

    Attributes:
        by: the dimensions of the report.
        groups: its tallies by key.
        totals: tallies by each of ``totals_of``.
        reached: tallies of who is in any group, by ``reached_by``.
    """

    by: tuple[str, ...]
    groups: Tallies
    totals: Mapping[tuple[str, ...], Tallies]
    reached: Tallies

    def few(self, places: Iterable[Key], people: Callable[[Tally], int]) -> Callable[[tuple[int, ...]], set[Key]]:
        """Return what finds, of the groups by some of the dimensions, those that all but one to four belong to.

        Args:
            places: the keys of the report's groups, each with what its values belong to, as sets.
            people: what is counted of a tally.
        """
        names, keys = (*self.by, *parents_of(self.by)), list(places)
        people_of = cache(lambda *kept: self._people(kept, people))

        def found(kept: tuple[int, ...]) -> set[Key]:
            parts = {tuple(key[at] for at in kept) for key in keys}
            wide = people_of(*(names[at] for at in kept))
            few: set[Key] = set()
            for less in _less([names[at] for at in kept]):
                total = people_of(*(names[kept[at]] for at in less))
                few |= {part for part in parts if _is_all_but_few(wide(part), total([part[at] for at in less]))}
            return few

        return found

    def nowhere(self, counts: Mapping[Key, int], people: Callable[[Tally], int]) -> dict[Key, int]:
        """Return how many are in no group, where nobody is in two, so that a total less its groups tells it.

        Args:
            counts: people by the keys of ``few``.
            people: what is counted of a tally.
        """
        names = (*self.by, *parents_of(self.by))
        once = reached_by(self.by)
        if _CHOSEN.isdisjoint(self.by):
            return {}
        sums: dict[Key, int] = defaultdict(int)
        for key, number in counts.items():
            sums[tuple(_single(value) for name, value in zip(names, key, strict=True) if name in once)] += number
        found: dict[Key, int] = {}
        for of, everybody in self.totals[once].items():
            reached = people(self.reached.get(of, Tally()))
            if sums[of] == reached < people(everybody):
                found[self._place(names, dict(zip(once, of, strict=True)))] = people(everybody) - reached
        return found

    def _place(self, names: Sequence[str], values: Mapping[str, Any]) -> Key:
        """Return the key of who is in no group; None stands for the group."""
        own = len(self.by)
        return tuple(
            values.get(name) if at < own or name not in values else frozenset([values[name]])
            for at, name in enumerate(names)
        )

    def _people(self, names: Sequence[str], people: Callable[[Tally], int]) -> Callable[[Sequence[Any]], int]:
        """Return what tells the people of a key of some dimensions, each once; 0 where that is not known."""
        kept = _without_parents(names, self.by)
        shown = _parted(kept)[0]
        is_own = shown == _parted(self.by)[0]
        dimensions = self.by if is_own else (*shown, *reached_by(self.by))
        places = [dimensions.index(name) for name in kept]
        table: dict[Key, int] = defaultdict(int)
        for key, tally in (self.groups if is_own else self.totals[dimensions]).items():
            table[tuple(key[place] for place in places)] += people(tally)

        def of(values: Sequence[Any]) -> int:
            named = dict(zip(names, values, strict=True))
            return table.get(tuple(_single(named[name]) for name in kept), 0)

        return of


def _less(names: Sequence[str]) -> Iterator[tuple[int, ...]]:
    """Return the places of fewer dimensions, by which totals are told that must not leave few people."""
    for less in smaller(tuple(range(len(names)))):
        if _NOT_CHOSEN not in names or names.index(_NOT_CHOSEN) in less:
            yield less


def _is_all_but_few(people: int, total: int) -> bool:
    return people > 0 and 0 < total - people < LEAST_PEOPLE


def _parted(names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the dimensions in several groups of which an episode may be, sorted, and the others."""
    once = tuple(name for name in names if counts_once([name]))
    return tuple(sorted(set(names) - set(once))), once


def _without_parents(names: Sequence[str], by: Sequence[str]) -> tuple[str, ...]:
    """Return dimensions without those that follow from another one of them and that the report is not by."""
    follows = {PARENTS[name] for name in names if name in PARENTS} - set(by)
    return tuple(name for name in names if name not in follows)


def _single(value: Any) -> Any:
    """Return the value of a set of one; None of a set of another size."""
    if not isinstance(value, frozenset):
        return value
    return next(iter(value)) if len(value) == 1 else None
