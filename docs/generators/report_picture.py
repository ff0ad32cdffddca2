"""Write docs/pictures/report.png, the top of a report's page on a seeded week, as a browser shows it.

Run it with the project's environment: ``.venv/bin/python docs/generators/report_picture.py``.
"""

from __future__ import annotations

import datetime
import os
import tempfile
from pathlib import Path

from pages import ROOT

from playwright.sync_api import sync_playwright  # isort: skip  # after pages, which finds the packages
from signage_common.browser import CHROMIUM_FLAGS, INSTALL_BROWSER, find_browser  # isort: skip
from signage_journal.database import Address, open_for_writing  # isort: skip
from signage_report.page import as_html, read_all  # isort: skip
from signage_report.period import make_period, read_zone  # isort: skip
from signage_report.seeded_journal import Scene, fill  # isort: skip

PICTURE = ROOT / "docs" / "pictures" / "report.png"
SCENE = Scene(datetime.date(2026, 11, 16), days=7, episodes_per_hour=25.0, timezone="Asia/Seoul")
WIDTH_PX, HEIGHT_PX = 1120, 1556


def page() -> str:
    """Return the page of a week at one camera with two screens."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_for_writing(Address(path=Path(folder) / "journal.db"))
        with engine.begin() as connection:
            fill(connection, SCENE)
            period = make_period("2026-11-16", "2026-11-23", read_zone(SCENE.timezone), None)
            reports = read_all([connection], period, ())
        engine.dispose()
    return as_html(reports, "Audience report: lobby and entrance")


def main() -> None:
    """Show the page in a browser and keep its top."""
    browser_path = find_browser(os.environ)
    if browser_path is None:
        raise SystemExit(f"error: no Chromium; `{INSTALL_BROWSER}` installs one")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=[*CHROMIUM_FLAGS])
        shown = browser.new_page(viewport={"width": WIDTH_PX, "height": HEIGHT_PX})
        shown.set_content(page())
        shown.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    main()
