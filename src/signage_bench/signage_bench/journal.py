"""`bench journal`: what the journal keeps, what that costs, and whether anything is lost when everything is killed."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from signage_common.home import require
from signage_report.measurement import PLAYS, ReportCost, make_journal, measure_report

from signage_bench import charts
from signage_bench.clients import require_browser
from signage_bench.document import load_average
from signage_bench.journal_rates import CALLERS, RATE, RateFigures, measure_rates
from signage_bench.kill_loop import KillOutcome, kill_at_random
from signage_bench.measurement import Measurement, Options, showing_progress
from signage_bench.metric_tables import metric_table, verdict_row, verdict_table
from signage_bench.metrics import AT_LEAST, AT_MOST, Metric, Target, judge, single_value, summarize
from signage_bench.pipeline_recorder import cancelled_by_signals
from signage_bench.ros_observer import quiet_domain

TITLE = "Figures to reach (two cores)"
SEED = 1
QUICK_PLAYS = 50_000
REPORTS = (("campaign", "json"), ("creative,day", "json"), ("campaign", "html"))
"""Dimensions and format of the reports that are measured."""
MAKING_S, REPORT_S, KILL_S = 40.0, 5.0, 2.7
"""About how long it takes to write a million plays, to make a report, and from one kill to the next."""
S_PER_MIN = 60.0
TARGETS = (
    Target("durable_rate", "p50", AT_LEAST, RATE, digits=0),
    Target("durable_lost", "p50", AT_MOST, 0, digits=0),
    Target("durable_doubled", "p50", AT_MOST, 0, digits=0),
    Target("decision_delay", "p50", AT_MOST, 1),
    Target("report_time", "max", AT_MOST, 5),
    Target("report_rss", "max", AT_MOST, 500),
    Target("kills_lost", "p50", AT_MOST, 0, digits=0),
    Target("kills_doubled", "p50", AT_MOST, 0, digits=0),
)
NOTE = (
    f"durable: {RATE} reports a second, one in each call, by {CALLERS} callers who ask once; acknowledgement: "
    "from when a report was due to the answer; decision_delay: how much later p95 of capture to decision is "
    "with them than without, in turn in one run; kills: what the page had kept, and decisions and episodes, "
    "against the journal in the end."
)


def measure(options: Options) -> Measurement:
    """Measure all of it.

    Raises:
        ConfigurationError: browser, page or plotting library is missing.
        BenchError: something did not start, or ended without being killed.
    """
    program = require_browser()
    require("page", "index.html")
    if options.plot is not None:
        charts.require_matplotlib()
    load_before = load_average()
    with quiet_domain() as domain_id:
        rates = _measure_rates(options.minutes * S_PER_MIN, domain_id)
        reports = _measure_reports(QUICK_PLAYS if options.quick else PLAYS)
        outcome = _kill(options.kills, program, domain_id)
    if options.plot is not None:
        charts.plot_shares(options.plot, samples_ms(rates))
    metrics = [*rate_metrics(rates), *report_metrics(reports), *kill_metrics(outcome)]
    verdicts = judge(metrics, TARGETS)
    told = {"load_before": load_before, "browser": outcome.browser, "plays": QUICK_PLAYS if options.quick else PLAYS}
    extras = {**told, "kills": kill_row(outcome), "targets": [verdict_row(verdict) for verdict in verdicts]}
    tables = [metric_table("Journal", metrics), *_problems(rates, outcome), NOTE, verdict_table(verdicts, TITLE)]
    return Measurement([asdict(metric) for metric in metrics], {"journal": extras}, tables)


def _measure_rates(seconds: float, domain_id: int) -> RateFigures:
    with _folder() as folder, showing_progress("measuring", seconds) as show:
        return measure_rates(seconds, domain_id, Path(folder), show)


def _measure_reports(plays: int) -> list[ReportCost]:
    making_s = MAKING_S * plays / PLAYS
    with _folder() as folder, showing_progress("reporting", making_s + len(REPORTS) * REPORT_S) as show:
        show(0.0, f"writing a journal of {plays:,} plays")
        journal = Path(folder) / "journal.db"
        costs: list[ReportCost] = []
        make_journal(journal, plays)
        for by, output_format in REPORTS:
            show(making_s + len(costs) * REPORT_S, f"by {by} as {output_format}")
            costs.append(measure_report(journal, by, output_format, Path(folder)))
    return costs


def _kill(count: int, program: str, domain_id: int) -> KillOutcome:
    with _folder() as folder, showing_progress("killing", count * KILL_S) as show:
        killing = kill_at_random(count, SEED, program, domain_id, Path(folder), show)

        async def until_signal() -> KillOutcome:
            with cancelled_by_signals():
                return await killing

        try:
            return asyncio.run(until_signal())
        except asyncio.CancelledError:  # by SIGINT or SIGTERM
            raise KeyboardInterrupt from None


def _folder() -> tempfile.TemporaryDirectory[str]:
    # A browser that was killed may still be writing while its folder is removed.
    return tempfile.TemporaryDirectory(prefix="signage-bench-", ignore_cleanup_errors=True)


def samples_ms(rates: RateFigures) -> dict[str, list[float]]:
    """Return the samples of what is told in milliseconds."""
    return {
        "acknowledgement": rates.acknowledged_ms,
        "decision_idle": rates.idle_ms,
        "decision_loaded": rates.loaded_ms,
    }


def rate_metrics(rates: RateFigures) -> list[Metric]:
    """Return what was kept a second, what it cost, and whether decisions waited for it."""
    samples = {name: summarize(name, "ms", values) for name, values in samples_ms(rates).items()}
    idle, loaded = samples["decision_idle"].p95, samples["decision_loaded"].p95
    acknowledged = len(rates.acknowledged_ms)
    later_ms = None if idle is None or loaded is None else loaded - idle
    return [
        single_value("durable_rate", "1/s", acknowledged / rates.busy_s if rates.busy_s else None, acknowledged),
        single_value("durable_unanswered", "count", rates.offered - acknowledged, rates.offered),
        single_value("durable_lost", "count", rates.lost, acknowledged),
        single_value("durable_doubled", "count", rates.doubled, acknowledged),
        *samples.values(),
        single_value("decision_delay", "ms", later_ms, len(rates.loaded_ms)),
        summarize("cpu_journal", "cores", rates.journal_cores),
    ]


def report_metrics(costs: list[ReportCost]) -> list[Metric]:
    """Return what reports take."""
    return [
        summarize("report_time", "s", [cost.seconds for cost in costs]),
        summarize("report_rss", "MB", [cost.rss_mb for cost in costs]),
    ]


def kill_metrics(outcome: KillOutcome) -> list[Metric]:
    """Return how often was killed, and what was lost and doubled."""
    checked = outcome.kept + outcome.decisions
    return [
        single_value("kills", "count", sum(outcome.kills.values())),
        single_value("kills_lost", "count", outcome.lost, checked),
        single_value("kills_doubled", "count", outcome.doubled, checked),
        summarize("kills_waiting", "count", outcome.waiting),
        single_value("kills_drain", "s", outcome.drain_s),
    ]


def kill_row(outcome: KillOutcome) -> dict[str, Any]:
    """Return how the kills went, as the JSON has it."""
    differences: Mapping[str, list[str]] = asdict(outcome.differences)
    return {
        "seed": SEED,
        "killed": outcome.kills,
        "reports_kept": outcome.kept,
        "decisions_and_episodes": outcome.decisions,
        "lost_audience": outcome.lost_audience,
        **differences,
        "verify": outcome.journal.problem or "whole",
    }


def _problems(rates: RateFigures, outcome: KillOutcome) -> list[str]:
    problems = [rates.problem, outcome.journal.problem]
    return [f"The journal is not whole: {problem}" for problem in problems if problem]
