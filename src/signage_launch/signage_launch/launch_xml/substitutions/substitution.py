"""What a substitution is: a name, how many arguments it takes, and what it does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from signage_launch.launch_xml.scope import Scope

Arguments = Sequence[Callable[[], str]]
ANY = 1_000_000


@dataclass(frozen=True)
class Substitution:
    """A substitution of the launch files.

    Attributes:
        name: as written after ``$(``.
        least: how many arguments it takes at least.
        most: how many at most.
        perform: returns the text in its place; its arguments are filled when called; raises LookupError with a message.
    """

    name: str
    least: int
    most: int
    perform: Callable[[Arguments, Scope], str]
