"""Show how far a piece of work is: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

_QUIET_PARTS = 10


@contextmanager
def showing_progress(title: str, total: int, console: Console) -> Iterator[Callable[[int], None]]:
    """Give a function that is told how many pieces are done."""
    if console.is_terminal:
        columns = (TextColumn(title), BarColumn(20), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console, transient=True) as progress:
            task = progress.add_task("", total=total)
            yield lambda done: progress.update(task, completed=done)
    else:
        step = max(total // _QUIET_PARTS, 1)
        yield lambda done: _say(console, f"{title}: {done} of {total}") if done % step == 0 else None


def _say(console: Console, text: str) -> None:
    console.print(text, highlight=False)
