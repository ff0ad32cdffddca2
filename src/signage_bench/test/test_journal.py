"""The whole bench of the journal, short: real nodes, a real browser, reports of a small journal."""

import os

import pytest
from signage_bench import journal
from signage_bench.journal_rates import RateFigures, phase_lengths
from signage_bench.measurement import Options
from signage_common.browser import find_browser

FEW_PLAYS = 2_000


@pytest.fixture
def browser():
    if find_browser(os.environ) is None:
        pytest.skip("no Chromium or Chrome; `apt-get install chromium` installs one")


@pytest.mark.graph
@pytest.mark.browser
@pytest.mark.fault
@pytest.mark.timeout(300)
def test_nothing_is_lost_when_journal_bridge_and_page_are_killed(browser, monkeypatch, tmp_path):
    monkeypatch.setattr(journal, "QUICK_PLAYS", FEW_PLAYS)
    monkeypatch.setattr(journal, "REPORTS", journal.REPORTS[:1])
    picture = tmp_path / "journal.png"
    measured = journal.measure(Options(minutes=0.1, quick=True, kills=3, plot=picture))
    rows = {row["name"]: row for row in measured.rows}
    told = measured.extras["journal"]
    assert told["kills"]["killed"] == {"journal": 1, "signage_bridge": 1, "page": 1}
    assert told["kills"]["reports_kept"] > 4 and told["kills"]["decisions_and_episodes"] > 2
    assert (rows["kills_lost"]["p50"], rows["kills_doubled"]["p50"]) == (0, 0), told["kills"]
    assert told["kills"]["verify"] == "whole"
    assert rows["durable_rate"]["n"] > 0 and (rows["durable_lost"]["p50"], rows["durable_doubled"]["p50"]) == (0, 0)
    assert rows["acknowledgement"]["p50"] > 0 and rows["decision_idle"]["n"] > 0 and rows["decision_loaded"]["n"] > 0
    assert rows["report_time"]["n"] == 1 and rows["report_time"]["p50"] > 0 and rows["report_rss"]["p50"] > 0
    assert {target["figure"] for target in told["targets"]} == {target.metric for target in journal.TARGETS}
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("seconds", "lengths"), [(6.0, [3.0, 3.0]), (60.0, [30.0, 30.0]), (300.0, [30.0] * 10), (100.0, [25.0] * 4)]
)
def test_phases_with_and_without_reports_take_turns(seconds, lengths):
    assert phase_lengths(seconds) == lengths


def figures(**more):
    known = {"offered": 1000, "busy_s": 2.0, "acknowledged_ms": [4.0] * 998, "lost": 1, "doubled": 2, "problem": ""}
    return RateFigures(**known, idle_ms=[1.0] * 20, loaded_ms=[1.0] * 10 + [3.0] * 10, journal_cores=[0.5], **more)


def test_what_was_not_acknowledged_is_not_durable():
    rows = {metric.name: metric for metric in journal.rate_metrics(figures())}
    assert (rows["durable_rate"].p50, rows["durable_lost"].p50, rows["durable_doubled"].p50) == (499.0, 1, 2)


def test_decisions_are_late_by_the_difference_of_the_percentiles():
    rows = {metric.name: metric for metric in journal.rate_metrics(figures())}
    assert rows["decision_delay"].p50 == 2.0 and rows["decision_delay"].n == 20
