"""The asyncio side: one thread with one loop that serves both ports."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import socket
import threading
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from aiohttp import web

STOP_TIMEOUT_S = 3.0


@dataclass(frozen=True)
class Site:
    """An application and the socket that it listens on.

    Attributes:
        app: the application.
        listener: its socket.
        send_buffer_bytes: what the kernel may hold for one client; None for its own choice.
    """

    app: web.Application
    listener: socket.socket
    send_buffer_bytes: int | None = None


class ServerThread:
    """Serves sites in a thread of its own until it is stopped."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="server", daemon=True)
        self._tasks: list[asyncio.Task[None]] = []
        self._runners: list[web.AppRunner] = []
        self._before_close: list[Callable[[], Awaitable[None]]] = []

    def start(
        self,
        sites: Sequence[Site],
        jobs: Sequence[Callable[[], Awaitable[None]]] = (),
        before_close: Sequence[Callable[[], Awaitable[None]]] = (),
    ) -> None:
        """Serve.

        Args:
            sites: what is served where.
            jobs: run in the loop until the server stops.
            before_close: run before the connections are cut, to say good-bye.
        """
        self._before_close = list(before_close)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._serve(sites, jobs), self._loop).result()

    def call(self, job: Callable[[], object]) -> None:
        """Run a function in the loop, some time; not any more once the server stops."""
        with contextlib.suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(job)

    def stop(self) -> None:
        """Close all connections and end the thread; a second call does nothing."""
        if self._loop.is_closed():
            return
        if self._thread.is_alive():
            done = asyncio.run_coroutine_threadsafe(self._close(), self._loop)
            try:
                done.result(STOP_TIMEOUT_S)
            except concurrent.futures.TimeoutError:
                done.cancel()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(STOP_TIMEOUT_S)
        self._loop.close()

    async def _serve(self, sites: Sequence[Site], jobs: Sequence[Callable[[], Awaitable[None]]]) -> None:
        for site in sites:
            if site.send_buffer_bytes is not None:
                site.listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, site.send_buffer_bytes)
            runner = web.AppRunner(site.app, access_log=None, shutdown_timeout=0.5)
            self._runners.append(runner)
            await runner.setup()
            await web.SockSite(runner, site.listener).start()
        self._tasks = [self._loop.create_task(self._run(job)) for job in jobs]

    async def _close(self) -> None:
        for say_goodbye in self._before_close:
            await say_goodbye()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for runner in self._runners:
            await runner.cleanup()

    async def _run(self, job: Callable[[], Awaitable[None]]) -> None:
        try:
            await job()
        except Exception as error:
            self._loop.call_exception_handler({"message": "a job of the server ended", "exception": error})
