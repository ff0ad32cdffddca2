"""The seeded journal is the same for the same seed, and its days are believable."""

import datetime
import itertools

from signage_common.histogram import CLASSES
from signage_journal.schema import decisions, episodes, plays
from signage_report.measurement import make_journal, measure_report
from signage_report.seeded_journal import Scene, rows_of

SCENE = Scene(datetime.date(2026, 11, 20), days=2, episodes_per_hour=6.0)


def rows(table, scene=SCENE):
    return [row for of, row in rows_of(scene) if of is table]


def test_the_same_seed_gives_the_same_rows():
    assert list(rows_of(SCENE)) == list(rows_of(SCENE))
    assert rows(plays) != rows(plays, Scene(SCENE.first_day, days=2, episodes_per_hour=6.0, seed=2))


def test_rows_have_the_columns_of_the_journal():
    for table in (episodes, decisions, plays):
        assert {frozenset(row) for row in rows(table)} == {frozenset(table.columns.keys())}


def test_ids_come_once():
    for table, key in ((episodes, "episode"), (decisions, "decision"), (plays, "play_id")):
        ids = [row[key] for row in rows(table)]
        assert len(set(ids)) == len(ids) > 50


def test_a_screen_shows_one_thing_at_a_time():
    for _, group in itertools.groupby(sorted(rows(plays), key=lambda row: row["screen"]), lambda row: row["screen"]):
        ordered = sorted((row for row in group if row["started_ns"]), key=lambda row: row["started_ns"])
        assert all((one["ended_ns"] or 0) <= other["started_ns"] for one, other in itertools.pairwise(ordered))


def test_histograms_count_the_watchers():
    for row in rows(episodes):
        for name in ("dwell_histogram", "attention_histogram"):
            counts = [int(count) for count in row[name].split(",")]
            assert (len(counts), sum(counts)) == (CLASSES, row["watchers"])


def test_what_a_report_costs_is_measured_in_a_process_of_its_own(tmp_path):
    assert make_journal(tmp_path / "journal.db", plays=3000) == 3000
    cost = measure_report(tmp_path / "journal.db", "campaign,hour", "csv", tmp_path)
    lines = (tmp_path / "report.csv").read_text().splitlines()
    assert lines[0].startswith("campaign,hour,plays") and len(lines) > 10
    assert cost.seconds > 0 and cost.cpu_s > 0 and 20 < cost.rss_mb < 500
