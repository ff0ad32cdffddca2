"""A real headless Chromium that shows the sign."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Error, async_playwright
from signage_common.browser import CHROMIUM_FLAGS, find_browser
from signage_common.errors import ConfigurationError

from signage_bench.errors import BenchError

SIZE = {"width": 1280, "height": 720}
LOAD_S = 30.0
INSTALL_COMMAND = "apt-get install -y --no-install-recommends chromium"


def require_browser() -> str:
    """Return the program of the browser.

    Raises:
        ConfigurationError: there is none; the message names the command that installs one.
    """
    found = find_browser(os.environ)
    if found is None:
        chosen = os.environ.get("SIGNAGE_BROWSER")
        what = f"SIGNAGE_BROWSER: {chosen}: not a program" if chosen else "no Chromium or Chrome on the PATH"
        raise ConfigurationError(f"{what}; `{INSTALL_COMMAND}` installs one, or set SIGNAGE_BROWSER to one")
    return found


@asynccontextmanager
async def showing(program: str, url: str) -> AsyncIterator[str]:
    """Show a page until the end; give the version of the browser.

    Raises:
        BenchError: the browser does not start, or the page does not load.
    """
    try:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=program,
                args=list(CHROMIUM_FLAGS),
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
            )
            try:
                page = await browser.new_page(viewport={"width": SIZE["width"], "height": SIZE["height"]})
                await page.goto(url, timeout=LOAD_S * 1000)
                yield browser.version
            finally:
                await browser.close()
    except Error as error:
        raise BenchError(f"{program}: {str(error).splitlines()[0]}") from None
