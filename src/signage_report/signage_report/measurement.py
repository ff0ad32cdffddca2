"""Measure what a report costs: on a seeded journal, in a process of its own."""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from signage_common.errors import SignageError
from signage_journal.database import Address, open_for_writing

from signage_report.seeded_journal import Scene, fill

PLAYS = 1_000_000
BUSY = Scene(datetime.date(2026, 1, 1), days=365, devices=10, episodes_per_hour=60.0)
"""Ten busy cameras with two screens each; half a month of them makes a million plays."""
_KB_PER_MB = 1024
_PROGRAM = """
import sys
from pathlib import Path
from rich.console import Console
from signage_report.run import ReportOptions, run
options = ReportOptions(journal=sys.argv[1], by=sys.argv[2], format=sys.argv[3], output=Path(sys.argv[4]))
run(options, Console(width=160))
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM:")))
"""
"""Makes a report, and prints the most memory that its process had, kB."""


@dataclass(frozen=True)
class ReportCost:
    """What one report cost.

    Attributes:
        by: its dimensions.
        format: its format.
        seconds: from the start of the process to its end.
        cpu_s: processor time of it, which other programs of the machine don't prolong.
        rss_mb: the most memory that the process had, MB.
    """

    by: str
    format: str
    seconds: float
    cpu_s: float
    rss_mb: float


def make_journal(path: Path, plays: int = PLAYS) -> int:
    """Write a new journal of so many plays; return how many it holds.

    Raises:
        JournalError: there is something else already.
    """
    engine = open_for_writing(Address(path=path))
    try:
        with engine.begin() as connection:
            return fill(connection, BUSY, plays)
    finally:
        engine.dispose()


def measure_report(journal: Path, by: str, output_format: str, folder: Path) -> ReportCost:
    """Make a report in a process of its own, and return what it cost.

    Args:
        journal: the file.
        by: dimensions with commas.
        output_format: as of ``ReportOptions``.
        folder: where the report is written to.

    Raises:
        SignageError: it failed.
    """
    output = folder / f"report.{output_format}"
    command = [sys.executable, "-c", _PROGRAM, str(journal), by, output_format, str(output)]
    start_s, before = time.monotonic(), os.times()
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    seconds, after = time.monotonic() - start_s, os.times()
    if done.returncode != 0:
        raise SignageError(f"the report by {by or 'nothing'} as {output_format} ended with status {done.returncode}")
    cpu_s = after.children_user + after.children_system - before.children_user - before.children_system
    return ReportCost(by, output_format, seconds, cpu_s, int(done.stdout) / _KB_PER_MB)
