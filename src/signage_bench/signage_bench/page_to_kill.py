"""The sign's page in a real Chromium with a profile on disk, killed at any moment and opened again.

What the page has kept is heard from the browser, not from the page: when a transaction that puts a report into
IndexedDB is complete, a script that the page does not know of tells so.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]  # it has no types
from playwright.async_api import BrowserContext, BrowserType, Error, Page, async_playwright
from signage_common.browser import CHROMIUM_FLAGS

from signage_bench.clients import SIZE
from signage_bench.kept_reports import Report, report_of
from signage_bench.measurement import BenchError

LOAD_S, RETRY_S, POLL_S, GONE_S = 15.0, 0.3, 0.01, 20.0
LAUNCHES = 5
"""How often in a row a browser may fail to start without having been killed."""
TELL_WHAT_IS_KEPT = """
for (const name of ["add", "put"]) {
  const keep = IDBObjectStore.prototype[name];
  IDBObjectStore.prototype[name] = function (value, ...more) {
    const request = keep.call(this, value, ...more);
    if (value?.play_id !== undefined) this.transaction.addEventListener("complete", () => reportKept(value));
    return request;
  };
}
"""


class PageToKill:
    """A page that somebody opens again whenever its browser is gone.

    Attributes:
        kept: what it has kept so far, each report once, in the order in which that was heard.
        opened: how often it was opened.
        version: of the browser.
    """

    def __init__(self, chromium: BrowserType, program: str, url: str, profile: Path) -> None:
        self.kept: dict[tuple[str, bool], Report] = {}
        self.opened = 0
        self.version = ""
        self._chromium, self._program = chromium, program
        self._url, self._profile = url, profile
        self._failures = 0

    async def stay_open(self) -> None:
        """Open the page, and again whenever it is gone, until cancelled.

        Raises:
            BenchError: the browser does not start, though nobody kills it.
        """
        while True:
            try:
                context = await self._launch()
            except Error as error:
                self._failures += 1
                if self._failures >= LAUNCHES:
                    raise BenchError(f"{self._program}: {str(error).splitlines()[0]}") from None
                continue
            self._failures = 0
            try:
                await self._open(context.pages[0])
                await context.wait_for_event("close", timeout=0)
            except Error:  # killed
                pass
            finally:
                with contextlib.suppress(Error):
                    await context.close()

    async def kill(self) -> None:
        """Kill the browser with all its processes as ``kill -9`` does; wait for one that is being started."""
        while not (family := self._family()):
            await asyncio.sleep(POLL_S)
        self._failures = 0
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        await asyncio.to_thread(psutil.wait_procs, family, GONE_S)

    async def _launch(self) -> BrowserContext:
        context = await self._chromium.launch_persistent_context(
            self._profile,
            executable_path=self._program,
            args=list(CHROMIUM_FLAGS),
            viewport={"width": SIZE["width"], "height": SIZE["height"]},
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
        )
        await context.expose_binding("reportKept", self._on_kept)
        await context.add_init_script(TELL_WHAT_IS_KEPT)
        self.version = context.browser.version if context.browser else self.version
        return context

    async def _open(self, page: Page) -> None:
        """Open the sign, whose bridge may just have been killed."""
        while True:
            try:
                await page.goto(self._url, timeout=LOAD_S * 1000)
            except Error:
                if page.is_closed():
                    raise
                await asyncio.sleep(RETRY_S)
            else:
                self.opened += 1
                return

    def _on_kept(self, source: object, message: Mapping[str, Any]) -> None:
        report = report_of(message)
        self.kept.setdefault(report.key, report)

    def _family(self) -> list[psutil.Process]:
        """Return the browser that has this profile, and all that it started."""
        profile = f"--user-data-dir={self._profile}"
        found: dict[int, psutil.Process] = {}
        for process in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                if profile in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE:
                    found |= {each.pid: each for each in (process, *process.children(recursive=True))}
        return list(found.values())


@asynccontextmanager
async def page_to_kill(program: str, url: str, profile: Path) -> AsyncIterator[tuple[PageToKill, asyncio.Task[None]]]:
    """Keep a page open until the block is left; give it, and the task that ends if it can't be kept open."""
    async with async_playwright() as playwright:
        page = PageToKill(playwright.chromium, program, url, profile)
        task = asyncio.create_task(page.stay_open())
        try:
            yield page, task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
