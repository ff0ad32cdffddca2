"""Take a picture of the sign's page while a targeted advertisement shows; the page has no camera images."""

from __future__ import annotations

import asyncio
import importlib.util
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from signage_common.browser import CHROMIUM_FLAGS, INSTALL_BROWSER, find_browser
from signage_common.errors import ConfigurationError
from signage_common.files import written_whole

from signage_demo.events import Play

if TYPE_CHECKING:
    from playwright.async_api import Page

SCREEN = "snapshot"
_SIZE = {"width": 1280, "height": 720}
_INTO_THE_CREATIVE_S = 1.0


def check_picture(path: Path) -> None:
    """Check that a picture can be written there.

    Raises:
        ConfigurationError: it can't.
    """
    folder = path.absolute().parent
    if path.suffix.lower() != ".png" or not folder.is_dir():
        raise ConfigurationError(f"--snapshot {path}: expected the name of a .png file in a folder that exists")
    if path.is_dir() or not os.access(folder, os.W_OK):
        raise ConfigurationError(f"--snapshot {path}: expected a file in a folder that may be written to")


def require_browser(path: Path) -> str:
    """Return the browser for a picture, after checking that it can be taken and written.

    Raises:
        ConfigurationError: Playwright or the browser is missing, or the picture can't be written there.
    """
    check_picture(path)
    browser = find_browser(os.environ)
    if browser is None or importlib.util.find_spec("playwright") is None:
        commands = f"./signage demo brings the first; {INSTALL_BROWSER}"
        raise ConfigurationError(f"--snapshot needs Playwright and Chromium: {commands}")
    return str(browser)


class Snapshot:
    """One picture, taken of a screen of the sign that is opened for it.

    Attributes:
        is_taken: whether it has been written.
    """

    def __init__(self, path: Path) -> None:
        """Say where the picture goes: a .png file."""
        self._path = path
        self._playing: Play | None = None
        self._changed = asyncio.Event()
        self.is_taken = False

    def record(self, play: Play) -> None:
        """Take note of what a screen shows now; other screens than the one of the picture don't count."""
        if play.screen == SCREEN:
            self._playing = play
            self._changed.set()

    async def take(self, browser: str, address: str) -> None:
        """Open the page and write the picture as soon as a targeted advertisement has been showing for a second."""
        async with _page(browser) as page:
            await page.goto(address)
            while not self.is_taken:
                await self._changed.wait()
                self._changed.clear()
                play = self._playing
                await asyncio.sleep(_INTO_THE_CREATIVE_S)
                if play is not None and play.episode and play is self._playing:
                    await self._write(page)

    async def _write(self, page: Page) -> None:
        with written_whole(self._path) as partial:
            await page.screenshot(path=partial)
        self.is_taken = True


@asynccontextmanager
async def _page(browser: str) -> AsyncIterator[Page]:
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=browser, args=list(CHROMIUM_FLAGS))
        try:
            yield await chromium.new_page(viewport=_SIZE)  # type: ignore[arg-type]  # a TypedDict of the same keys
        finally:
            await chromium.close()
