"""What is wrong with a catalogue: file, line and field of every problem."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from signage_common.errors import ConfigurationError

FieldPath = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        line: of the file, from 1; 0 if it concerns the file as a whole.
        field: such as ``campaigns.spring-run.target.age``; empty if it concerns no field.
        message: what was expected, and what was there.
    """

    line: int
    field: str
    message: str

    def text(self, path: Path) -> str:
        """Write the problem as one line, the way compilers do."""
        where = f"{path}:{self.line}" if self.line else str(path)
        return ": ".join(part for part in (where, self.field, self.message) if part)


class CatalogueError(ConfigurationError):
    """A catalogue can't be used.

    Its text is one line: the first problem, and where the others are.

    Attributes:
        path: the catalogue.
        problems: all of them, in order of lines.
        media: the files that it names, before symbolic links are followed; empty if it could not be read so far.
    """

    def __init__(self, path: Path, problems: Iterable[Problem], media: Iterable[Path] = ()) -> None:
        self.path = path
        self.problems: Sequence[Problem] = sorted(problems, key=lambda problem: problem.line)
        self.media = tuple(media)
        super().__init__(self._summary())

    def _summary(self) -> str:
        first, *others = self.problems
        return first.text(self.path) + (
            f" (and {len(others)} more, the next on line {others[0].line})" if others else ""
        )

    @property
    def report(self) -> str:
        """Return every problem on a line of its own, the first one first."""
        return "\n".join(problem.text(self.path) for problem in self.problems)


def field_name(field: FieldPath) -> str:
    """Write the place of a field: ``("dayparts", 0, "from")`` as ``dayparts[0].from``."""
    name = ""
    for step in field:
        if isinstance(step, int):
            name += f"[{step}]"
        else:
            name += f".{step}" if name else step
    return name
