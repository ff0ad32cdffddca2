"""The asyncio side: one thread with one loop that serves both ports."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import socket
import threading
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from signage_bridge.connections import STANDSTILL_S, Port, mark_busy
from signage_bridge.throttled_log import Mishaps

STOP_TIMEOUT_S = 3.0
MS_PER_S = 1000


@dataclass(frozen=True)
class Site:
    """An application and the port at which it is served.

    Attributes:
        app: the application.
        port: where its connections come from.
        listener: the socket of the port.
        send_buffer_bytes: what the kernel may hold for one client; None for its own choice.
    """

    app: web.Application
    port: Port
    listener: socket.socket
    send_buffer_bytes: int | None = None


class ServerThread:
    """Serves sites in a thread of its own until it is stopped.

    An unexpected end of a job ends the thread with its error, so that nothing works on in part.
    """

    def __init__(self, mishaps: Mishaps) -> None:
        """Start with nothing served; ``mishaps`` is told what fails unexpectedly."""
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(
            lambda loop, context: mishaps.record(str(context.get("message")), context.get("exception"))
        )
        self._thread = threading.Thread(target=self._run_loop, name="server", daemon=True)
        self._tasks: list[asyncio.Task[None]] = []
        self._accepting: list[asyncio.Task[None]] = []
        self._sites: Sequence[Site] = ()
        self._runners: list[web.AppRunner] = []
        self._before_close: list[Callable[[], Awaitable[None]]] = []
        self._failure: Exception | None = None

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
        self._sites = sites
        self._before_close = list(before_close)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._serve(jobs), self._loop).result()

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

    def _run_loop(self) -> None:
        self._loop.run_forever()
        if self._failure is not None:
            raise self._failure

    async def _serve(self, jobs: Sequence[Callable[[], Awaitable[None]]]) -> None:
        for site in self._sites:
            if site.send_buffer_bytes is not None:
                site.listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, site.send_buffer_bytes)
            # Connections inherit it: the kernel ends those that take nothing of what waits for them for so long.
            standstill_ms = round(STANDSTILL_S * MS_PER_S)
            site.listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, standstill_ms)
            site.app.middlewares.insert(0, mark_busy)
            runner = web.AppRunner(site.app, shutdown_timeout=0.5)
            self._runners.append(runner)
            await runner.setup()
            assert runner.server is not None
            self._accepting.append(self._loop.create_task(self._run(site.port.accept(runner.server))))
        self._tasks = [self._loop.create_task(self._run(job())) for job in jobs]

    async def _close(self) -> None:
        await _end(self._accepting)
        for site in self._sites:
            site.listener.close()
        for say_goodbye in self._before_close:
            await say_goodbye()
        await _end(self._tasks)
        for runner in self._runners:
            await runner.cleanup()
        await _end([task for task in asyncio.all_tasks() if task is not asyncio.current_task()])  # of clients long gone

    async def _run(self, job: Awaitable[None]) -> None:
        try:
            await job
        except Exception as error:
            self._failure = error
            self._loop.stop()


async def _end(tasks: Sequence[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
