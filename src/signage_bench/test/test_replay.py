"""The whole bench of recordings, short: a real crowd decided again, a real graph recorded."""

import sys

import pytest
from signage_bench import recorder_load, replay
from signage_bench.measurement import Options
from signage_bench.process_cost import ProcessCost
from signage_common.home import signage_home


def verb(name):
    return (sys.executable, "-m", f"signage_cli.verbs.{name}")


@pytest.mark.graph
@pytest.mark.replay
def test_a_short_run_measures_everything(monkeypatch):
    if not (signage_home() / "film" / "demo.mp4").exists():
        pytest.skip("the film is missing; `./signage setup` makes it")
    monkeypatch.setattr(replay, "QUICK_HOURS", 0.2)
    monkeypatch.setattr(replay, "RUNS", 1)
    monkeypatch.setattr(recorder_load, "WARM_UP_S", 1.0)
    options = Options(
        minutes=0.05,
        quick=True,
        graph_command=verb("up"),
        decide_command=verb("decide"),
        record_command=verb("record"),
    )
    measured = replay.measure(options)
    rows = {row["name"]: row for row in measured.rows}
    assert rows["decide_time"]["p50"] > 0 and rows["decide_rss"]["p50"] > 20
    assert rows["cpu_recorder"]["n"] >= 2 and 0 < rows["cpu_recorder"]["mean"] < 2
    assert rows["faces_missing"]["n"] > 0 and rows["faces_missing"]["p50"] == 0
    assert measured.extras["replay"]["recorded_messages"] > rows["faces_missing"]["n"]


def test_the_speed_is_that_of_the_whole_program():
    rows = {metric.name: metric for metric in replay.decide_metrics([ProcessCost(20.0, 90.0)], 8.0)}
    assert (rows["decide_speed"].p50, rows["decide_time"].p50, rows["decide_rss"].p50) == (1440, 20, 90)
