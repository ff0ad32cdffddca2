"""The page for analysts: its queries run in both databases and agree with the report; its files are as they say."""

import datetime
import json
import re
from pathlib import Path

import pytest
import sqlalchemy as sa
import yaml
from signage_journal.export import export
from signage_journal.schema import decisions, episodes, plays
from signage_report.openrtb import Placements, ScreenAudience
from signage_report.seeded_journal import Scene, fill

PAGE = (Path(__file__).parents[3] / "docs" / "guide" / "analysts.md").read_text()
SCENE = Scene(datetime.date(2026, 11, 20), days=1, episodes_per_hour=16.0)


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def told(empty):
    """Accounts of a seeded day, and what a query answers of it."""
    with empty.engine.begin() as connection:
        fill(connection, SCENE)

    def ask(query):
        with empty.engine.begin() as connection:
            return [dict(row) for row in connection.execute(sa.text(query)).mappings()]

    return empty, ask


def test_its_queries_answer_and_agree_with_the_report(told):
    accounts, ask = told
    shown, audience, looked, not_shown, failed = (ask(query) for query in blocks("sql"))
    rows = {row.key[0]: row.figures for row in accounts.report("campaign").rows}
    assert {row["campaign"]: row["plays"] for row in shown} == {name: row.plays for name, row in rows.items()}
    assert {row["campaign"]: float(row["shown_s"]) for row in shown} == {
        name: pytest.approx(row.shown_s, abs=0.6) for name, row in rows.items()
    }
    assert {row["campaign"]: row["watchers"] for row in audience} == {
        name: row.watchers for name, row in rows.items() if row.watchers
    }
    hours = {row.key[0]: row.figures for row in accounts.report("hour").rows if not row.hidden}
    assert {row["hour"]: float(row["looked"]) for row in looked if row["hour"] in hours} == {
        hour: pytest.approx(row.watchers / (row.watchers + row.in_sight)) for hour, row in hours.items() if row.watchers
    }
    assert sum(row["times"] for row in failed) == sum(row.failed for row in rows.values()) > 0
    assert all(row["not_shown"] > 0 for row in not_shown)


def test_tables_have_the_columns_that_it_names():
    for table in (episodes, decisions, plays):
        (line,) = re.findall(rf"^\| `{table.name}` \|.*$", PAGE, re.MULTILINE)
        columns = re.sub(r"\([^)]*\)", "", line.split("|")[3])
        assert re.findall(r"`(\w+)`", columns) == list(table.columns.keys())


def test_its_python_counts_an_export(told, tmp_path, monkeypatch):
    accounts, ask = told
    (tmp_path / "accounts").mkdir()
    with (
        (tmp_path / "accounts" / "episodes.csv").open("w", encoding="utf-8", newline="") as out,
        accounts.engine.begin() as connection,
    ):
        export(connection, "episodes", "csv", out, lambda _: None)
    monkeypatch.chdir(tmp_path)
    found = {}
    (program,) = blocks("python")
    exec(program.replace('open("accounts/episodes.csv")', "lines"), {"lines": read_lines(tmp_path)}, found)
    texts = [row["attention_histogram"] for row in ask("SELECT attention_histogram FROM episodes")]
    assert found["long_looks"] == sum(int(count) for text in texts for count in text.split(",")[4:]) > 0


def read_lines(folder):
    return (folder / "accounts" / "episodes.csv").read_text(encoding="utf-8").splitlines()


def test_its_openrtb_is_what_the_models_allow():
    (example,) = blocks("json")
    assert ScreenAudience.model_validate_json(example).imp[0].qty.multiplier == 1.3158
    (screens,) = blocks("yaml")
    placements = Placements.model_validate(yaml.safe_load(screens))
    assert placements.screens["lobby"].name == "Lobby, 1st floor"
    assert json.loads(example)["dooh"]["name"] == placements.screens["lobby"].name
