"""Pages lead where they say: links to files that exist, names of modules that exist."""

import re

import pytest
from workspace import ROOT, tracked

LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")
MODULE = re.compile(r"`(?:[\w./]*/)?(\w+\.(?:py|ts|mjs|launch\.xml|yaml))`")
THEIR_FILES = {"ads.yaml"}  # what readers write themselves


PAGES = tracked("*.md")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files_that_exist(page):
    links = [link for link in LINK.findall(page.read_text()) if "://" not in link and not link.startswith("mailto:")]
    assert not [link for link in links if not (page.parent / link).exists()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_files_that_a_page_names_exist(page):
    names = {path.name for path in tracked("*")} | THEIR_FILES
    assert not [name for name in MODULE.findall(page.read_text()) if name not in names]
