"""What README and page say was measured is what docs/measured holds, and every figure of the contract is there."""

import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "docs" / "generators"))

import measured  # noqa: E402
from pages import between  # noqa: E402

PIPELINE = json.loads((ROOT / "docs" / "measured" / "pipeline.json").read_text())
NODES = ("camera", "face_inference", "ad_selector", "signage_bridge")
UNITS = {
    **dict.fromkeys(("fetch", "detect", "classify", "frame", "overhead", "work_per_frame", "arrival_to_paint"), "ms"),
    **dict.fromkeys(("capture_to_decision", "capture_to_client", "capture_to_paint"), "ms"),
    **dict.fromkeys(("frames_captured", "detections"), "1/s"),
    **dict.fromkeys(("cpu_total", *(f"cpu_{node}" for node in NODES)), "cores"),
    **dict.fromkeys(("rss_total", *(f"rss_{node}" for node in NODES)), "MB"),
    "decisions_per_episode": "count",
}
ROWS = {row["name"]: row for row in PIPELINE["results"]}


@pytest.mark.parametrize("marker", measured.BLOCKS)
def test_the_readme_says_what_was_measured(marker):
    assert between((ROOT / "README.md").read_text(), marker) == measured.BLOCKS[marker](PIPELINE)


def test_the_page_says_what_was_measured():
    assert (ROOT / "docs" / "measured" / "README.md").read_text() == measured.page()


@pytest.mark.parametrize(("name", "unit"), UNITS.items())
def test_every_figure_of_the_contract_was_measured(name, unit):
    row = ROWS[name]
    assert row["unit"] == unit and row["n"] > 0
    assert row["p50"] is not None and row["mean"] is not None
    assert (row["p99"] is not None) <= (row["n"] >= 100)


@pytest.mark.parametrize("name", UNITS)
def test_percentiles_rise(name):
    known = [ROWS[name][key] for key in ("min", "p50", "p95", "p99", "max") if ROWS[name][key] is not None]
    assert known == sorted(known)


def test_the_machine_is_named_without_names_and_places():
    machine = PIPELINE["machine"]
    assert machine["cpu"] and machine["cores"] and len(machine["commit"]) == 40
    assert "/" not in json.dumps({key: value for key, value in machine.items() if key != "os"})


def test_parts_add_up():
    assert sum(row["mean"] for name, row in ROWS.items() if name.startswith("cpu_") and name != "cpu_total") == (
        pytest.approx(ROWS["cpu_total"]["mean"], abs=0.01)
    )


def test_the_paper_stands_beside_it_with_its_hardware():
    text = (ROOT / "docs" / "measured" / "README.md").read_text()
    assert "0.4 to 1 s" in text and "AWS DeepLens" in text and "no speed-up over that device is claimed" in text
