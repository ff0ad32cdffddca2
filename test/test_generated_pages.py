"""What is generated in the pages is what the code, the measurements and the locks say now."""

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "docs" / "generators"))

import interfaces  # noqa: E402
import measured  # noqa: E402
import parameters  # noqa: E402
import third_party  # noqa: E402
import write_all  # noqa: E402
from pages import between, markdown_table, replace_between  # noqa: E402

# The other generator, third_party, needs every package of every lock installed.
GENERATORS = (parameters, interfaces, measured)
PAGES = [(path, text) for generator in GENERATORS for path, text in generator.pages().items()]


@pytest.mark.parametrize(("path", "text"), PAGES, ids=[str(path.relative_to(ROOT)) for path, _ in PAGES])
def test_a_page_says_what_its_generator_writes(path, text):
    assert path.read_text() == text, "run `.venv/bin/python docs/generators/write_all.py`"


def test_one_call_writes_them_all():
    assert set(write_all.GENERATORS) == {*GENERATORS, third_party}


def test_third_party_lists_every_locked_package():
    page = (ROOT / "THIRD_PARTY.md").read_text()
    for lock in (ROOT / "requirements" / "locked").glob("*-py3.11.txt"):
        for name, version in re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", lock.read_text(), re.MULTILINE):
            assert f"| {name} | {version} |" in page, f"{name} {version} of {lock.name}"
    for name, version, *_ in third_party.npm_rows():
        assert f"| {name} | {version} |" in page, f"{name} {version}"


def test_markers():
    page = "a\n<!-- x -->\nold\n<!-- /x -->\nb"
    assert between(replace_between(page, "x", "new"), "x") == "new"
    with pytest.raises(ValueError, match="<!-- y -->"):
        replace_between(page, "y", "new")


def test_a_table_keeps_its_columns_whatever_the_cells_hold():
    assert markdown_table(("a", "b"), [(1, "x|y")]) == "| a | b |\n|---|---|\n| 1 | x\\|y |"
