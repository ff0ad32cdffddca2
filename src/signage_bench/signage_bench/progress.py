"""Show how far a measurement is: one live line on a terminal, a line now and then elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

QUIET_INTERVAL_S = 30.0
Show = Callable[[float, str], None]


@contextmanager
def showing_progress(title: str, total_s: float, console: Console | None = None) -> Iterator[Show]:
    """Give a function that shows the seconds that passed and a few words."""
    console = console or Console(stderr=True)
    if console.is_terminal:
        columns = (TextColumn(title), BarColumn(20), TimeRemainingColumn(), TextColumn("{task.description}"))
        with Progress(*columns, console=console, transient=True) as progress:
            task = progress.add_task("", total=total_s)
            yield lambda passed_s, words: progress.update(task, completed=passed_s, description=words)
    else:
        yield _quiet(title, total_s, console)


def _quiet(title: str, total_s: float, console: Console) -> Show:
    next_s = 0.0

    def show(passed_s: float, words: str) -> None:
        nonlocal next_s
        if passed_s >= next_s:
            next_s = passed_s + QUIET_INTERVAL_S
            console.print(f"{title}: {passed_s:.0f} of {total_s:.0f} s: {words}", highlight=False, soft_wrap=True)

    return show
