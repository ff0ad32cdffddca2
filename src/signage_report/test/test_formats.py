"""A report as JSON, CSV and a table: the fields that scripts rely on, and names that mean no good."""

import csv
import io
import json

import pytest
from signage_report.formats import FIELDS, as_csv, as_json, table_text

HOSTILE = ["=1+1", "@SUM(A1)", "[red]x[/red]", "<script>alert(1)</script>", "커피 광고", "a,b", 'say "x"']


def test_json_has_the_fields_that_scripts_read(day_in_a_file):
    document = json.loads(as_json(day_in_a_file.report("campaign")))
    assert list(document) == ["from", "to", "by", "rows", "suppressed"]
    assert (document["from"], document["to"]) == ("2026-11-20T00:00:00+00:00", "2026-11-21T00:00:00+00:00")
    assert (document["by"], document["suppressed"]) == (["campaign"], 0)
    assert [list(row) for row in document["rows"]] == [["campaign", *FIELDS]] * 3
    assert document["rows"][1]["campaign"] == "spring"
    assert (document["rows"][1]["plays"], document["rows"][1]["watchers"]) == (3, 6)


def test_a_withheld_figure_is_null(accounts):
    accounts.episode("e1", "09:00:00", "20f", 2, in_sight=9)
    document = json.loads(as_json(accounts.report()))
    assert (document["suppressed"], document["rows"][0]["watchers"], document["rows"][0]["in_sight"]) == (1, None, 9)


def test_csv_has_the_same_fields(day_in_a_file):
    report = day_in_a_file.report("hour", "campaign")
    rows = list(csv.DictReader(io.StringIO(as_csv(report))))
    document = json.loads(as_json(report))
    assert [list(row) for row in rows] == [list(row) for row in document["rows"]]
    as_texts = [{k: "" if v is None else str(v) for k, v in row.items()} for row in document["rows"]]
    assert rows == as_texts


@pytest.mark.fault
@pytest.mark.parametrize("name", HOSTILE)
def test_names_stay_names(accounts, name):
    accounts.play("s1", name, "film", "", "09:00:00", 8.0)
    report = accounts.report("campaign")
    assert json.loads(as_json(report))["rows"][0]["campaign"] == name
    (row,) = csv.DictReader(io.StringIO(as_csv(report)))
    assert row["campaign"].lstrip("'") == name
    assert not row["campaign"].startswith(("=", "@"))
    assert name in table_text(report, 200)


def test_the_table_shows_rows_their_total_and_what_is_withheld(day_in_a_file):
    day_in_a_file.episode("e4", "15:00:00", "70f", 2, in_sight=3)
    text = table_text(day_in_a_file.report("hour"), 160)
    assert "2026-11-20 00:00 to 2026-11-21 00:00, UTC" in text
    assert text.count("×") >= 2 and "fewer than five people" in text
    assert "09:00" in text and "total" in text


def test_the_table_of_an_empty_period_says_so(day_in_a_file):
    text = table_text(day_in_a_file.report("hour", start="2026-11-01", end="2026-11-02"), 160)
    assert "There were no plays and nobody in this period." in text


def test_people_who_came_while_nothing_was_shown_are_somebody(accounts):
    accounts.episode("e1", "09:00:00", "20f", 5)
    assert "There were no plays in this period." in table_text(accounts.report("campaign"), 160)
    assert "no plays" not in table_text(accounts.report("hour"), 160)
    accounts.episode("e2", "09:10:00", "20f", 0, in_sight=1)
    said = table_text(accounts.report("screen"), 300)
    assert "There were no plays in this period." in said and "fewer than five people" in said


def test_the_house_playlist_and_nobody_have_names(day_in_a_file):
    text = table_text(day_in_a_file.report("campaign", "segment"), 200)
    assert "(house playlist)" in text and "(nobody)" in text
