import dataclasses
import io

import pytest
from bench_records import still_scene, two_episodes
from rich.console import Console
from signage_bench.costs import EMPTY, cost_figures
from signage_bench.pipeline import BUSY, report
from signage_bench.progress import QUIET_INTERVAL_S, showing_progress
from signage_bench.show import show_number


@pytest.mark.parametrize(
    ("value", "text"), [(None, "–"), (0.0333, "0.03"), (7.25, "7.25"), (29.97, "30.0"), (251.7, "252"), (-4.2, "-4.20")]
)
def test_numbers(value, text):
    assert show_number(value) == text


def test_a_report_prints_every_figure_every_verdict_and_the_papers_hardware():
    console = Console(file=io.StringIO(), width=200)
    measurement = report(two_episodes(), {}, cost_figures(still_scene(), EMPTY))
    for table in measurement.tables:
        console.print(table)
    text = console.file.getvalue()
    assert all(row["name"] in text for row in measurement.rows)
    assert "AWS DeepLens" in text and "no ratio is drawn" in text
    assert text.count("reached") == len(measurement.extras["targets"]) and text.count("not reached") == 1


@pytest.mark.parametrize(("machine_s", "busy"), [(0.0013, False), (0.0014, True)])
def test_a_busy_neighbour_is_told(machine_s, busy):
    recording = two_episodes()
    for index, sample in enumerate(recording.loads):
        beside_s = {**sample.beside_s, "machine": machine_s * 1000 * index}
        recording.loads[index] = dataclasses.replace(sample, beside_s=beside_s)
    assert (BUSY in report(recording, {}).tables) is busy


def test_without_a_terminal_progress_is_a_line_now_and_then():
    console = Console(file=io.StringIO(), width=200)
    with showing_progress("measuring", 60, console) as show:
        for second in range(int(QUIET_INTERVAL_S) + 1):
            show(second, f"{second} frames")
    assert console.file.getvalue() == "measuring: 0 of 60 s: 0 frames\nmeasuring: 30 of 60 s: 30 frames\n"
