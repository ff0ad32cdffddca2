"""What is wrong with a catalogue: file, line and field of every problem."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from signage_common.errors import ConfigurationError, without_passwords

FieldPath = tuple[str | int, ...]
MAX_LISTED = 20
_MAX_PATH, _MAX_FIELD, _MAX_MESSAGE = 5000, 200, 400


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
        """Write the problem as one line of bounded length, the way compilers do."""
        where = _one_line(f"{path}:{self.line}" if self.line else str(path), _MAX_PATH)
        message = without_passwords(self.message)  # a creative's file may have been meant as an address
        return ": ".join(filter(None, (where, _one_line(self.field, _MAX_FIELD), _one_line(message, _MAX_MESSAGE))))


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
        super().__init__(self._summary(path))

    def _summary(self, path: Path) -> str:
        first, *others = self.problems
        return first.text(path) + (f" (and {len(others)} more, the next on line {others[0].line})" if others else "")

    @property
    def public(self) -> str:
        """Return the same line with the catalogue's name alone, for those who need not know where it lies."""
        return self._summary(Path(self.path.name))

    @property
    def report(self) -> str:
        """Return the problems on a line each, the first one first; of very many only how many more there are."""
        lines = [problem.text(self.path) for problem in self.problems[:MAX_LISTED]]
        more = len(self.problems) - len(lines)
        return "\n".join([*lines, *([f"{_one_line(str(self.path), _MAX_PATH)}: and {more} more"] if more else [])])


def field_name(field: FieldPath) -> str:
    """Write the place of a field: ``("dayparts", 0, "from")`` as ``dayparts[0].from``."""
    name = ""
    for step in field:
        if isinstance(step, int):
            name += f"[{step}]"
        else:
            name += f".{step}" if name else step
    return name


def _one_line(text: str, most: int) -> str:
    """Return a text without line ends and control characters, cut to its first characters."""
    shown = "".join(each if each.isprintable() else repr(each)[1:-1] for each in text[: most + 1])
    return shown if len(shown) <= most else f"{shown[: most - 3]}..."
