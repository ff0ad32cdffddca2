"""The measured comparison of the detectors holds every row of the contract, and what is claimed of it is true."""

import json
from pathlib import Path

import pytest
from signage_bench.detector_cases import DETECTOR_CASES, SIZES

ROOT = Path(__file__).parent.parent
DOCUMENT = json.loads((ROOT / "docs" / "measured" / "detectors.json").read_text())
PAGE = (ROOT / "docs" / "measured" / "README.md").read_text()
ROWS = {(row["detector"], row["width"], row["height"]): row for row in DOCUMENT["results"]}
FIELDS = {
    *("detector", "backend", "width", "height", "ms_p50", "ms_p95", "truth", "found", "false_alarms"),
    *("start_ms", "rss_mb", "ratio_to_dlib", "ratio_to_slowest"),
}
DEFAULT = ROWS["ssd", 1280, 720]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("case", DETECTOR_CASES, ids=lambda case: case.name)
def test_every_row_is_filled(case, size):
    row = ROWS[(case.name, *size)]
    assert set(row) >= FIELDS and None not in row.values()
    assert row["truth"] == 22 and 0 < row["ms_p50"] <= row["ms_p95"]


def test_the_default_finds_as_many_faces_as_any_other_in_a_part_of_dlibs_time():
    at_this_size = [row for row in ROWS.values() if row["width"] == DEFAULT["width"]]
    assert DEFAULT["found"] == max(row["found"] for row in at_this_size) and DEFAULT["false_alarms"] == 0
    assert DEFAULT["ratio_to_dlib"] < 1 and DEFAULT["ratio_to_slowest"] < 0.01


def test_the_chart_is_there_and_the_page_shows_it():
    assert (ROOT / "docs" / "pictures" / "detectors.png").read_bytes().startswith(b"\x89PNG")
    assert "(../pictures/detectors.png)" in PAGE


def test_the_paper_stands_beside_it_with_its_hardware():
    assert DOCUMENT["detectors"]["paper"]["hardware"] == "AWS DeepLens"
    for words in ("0.2 to 0.3 s", "4 to 5 s", "10 to 11 s", "13 to 14 s"):
        assert words in PAGE
