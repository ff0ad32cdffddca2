"""The page for a client: whole in itself, no script, whatever the names are; and the picture."""

import html.parser
import os
import re
from zoneinfo import ZoneInfo

import cv2
import pytest
from signage_common.browser import CHROMIUM_FLAGS, find_browser
from signage_report.page import SECTIONS, as_html, read_all, write_picture
from signage_report.period import make_period

HOSTILE = '<script>alert("x")</script>$x_{$ 커피 & "co"'


class Tags(html.parser.HTMLParser):
    """What a page is made of."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.addresses, self.texts = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.addresses += [value for name, value in attributes if name in ("src", "href", "action", "data")]

    def handle_data(self, data):
        self.texts.append(data)


@pytest.fixture
def reports_of():
    def read(accounts, *by, start="2026-11-20", end="2026-11-21"):
        with accounts.engine.begin() as connection:
            return read_all([connection], make_period(start, end, ZoneInfo("UTC"), None), by)

    return read


@pytest.fixture
def hostile_day(day_in_a_file):
    day_in_a_file.episode("e4", "12:00:00", "not a segment", 9)
    day_in_a_file.play(HOSTILE, HOSTILE, HOSTILE, "e4", "12:00:01", 8.0)
    return day_in_a_file


def test_it_holds_all_it_needs_and_no_script(reports_of, hostile_day):
    page = Tags(as_html(reports_of(hostile_day), HOSTILE))
    assert "script" not in page.tags
    assert page.addresses and all(address.startswith("data:image/svg+xml;base64,") for address in page.addresses)
    assert page.texts.count(HOSTILE) >= 4  # as title, campaign, creative and screen


def test_it_has_a_table_of_each_section_and_of_what_was_asked_for(reports_of, day_in_a_file):
    page = Tags(as_html(reports_of(day_in_a_file, "campaign", "hour"), "Report"))
    assert page.tags.count("table") == len(SECTIONS) + 1
    assert "By campaign, hour" in page.texts


def test_its_figures_are_those_of_the_report(reports_of, day_in_a_file):
    texts = Tags(as_html(reports_of(day_in_a_file), "Report")).texts
    assert [texts[texts.index(name) - 1] for name in ("watchers", "in sight", "plays")] == ["21", "11", "7"]


def test_an_empty_period_says_so(reports_of, day_in_a_file):
    page = as_html(reports_of(day_in_a_file, start="2026-01-01", end="2026-01-02"), "Report")
    assert "There were no plays and nobody in this period." in page


def test_few_people_are_in_neither_tables_nor_drawings(reports_of, accounts):
    for number, (segment, watchers) in enumerate([("60f", 3), ("20m", 17), ("30m", 53)]):
        accounts.episode(f"e{number}", f"{9 + number:02d}:00:00", segment, watchers)
        accounts.play("s1", f"of-{segment}", segment, f"e{number}", f"{9 + number:02d}:00:01", 8.0)
    reports = reports_of(accounts)
    shown = {int(text) for text in re.findall(r">\s*(\d+)\s*<", as_html(reports, "Report"))}
    assert 53 in shown and not shown & {17}
    assert all(row.figures.watchers != 3 for report in reports.values() for row in report.rows)


def test_the_picture_is_a_picture_of_some_size(reports_of, hostile_day, tmp_path):
    write_picture(tmp_path / "report.png", reports_of(hostile_day))
    picture = cv2.imread(str(tmp_path / "report.png"))
    assert picture.shape[1] == 1950 and picture.shape[0] > 1000
    assert picture.std() > 10


@pytest.mark.browser
def test_a_browser_asks_nobody_for_anything_and_draws_it(reports_of, hostile_day, tmp_path):
    from playwright.sync_api import sync_playwright

    browser_path = find_browser(os.environ)
    if browser_path is None:
        pytest.skip("Chromium is missing: apt install chromium")
    path = tmp_path / "report.html"
    path.write_text(as_html(reports_of(hostile_day), HOSTILE), encoding="utf-8")
    asked, said = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=[*CHROMIUM_FLAGS])
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        page.goto(path.as_uri())
        sizes = page.eval_on_selector_all("img", "images => images.map(image => image.complete && image.naturalWidth)")
        heading = page.inner_text("h1")
        browser.close()
    assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]
    assert sizes and all(size > 100 for size in sizes)
    assert (said, heading) == ([], HOSTILE)
