"""The WebSocket side of rosbridge: the only file in which its sockets live."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable

from aiohttp import WSCloseCode, WSMessage, WSMsgType, web

from signage_bridge.connections import Connection
from signage_bridge.frames import TOO_MANY, FrameWatch, Hangup
from signage_bridge.gateway import Client, Gateway
from signage_bridge.guard import Guard
from signage_bridge.http.answers import MISHAPS, add_fixed_headers, answer_errors, local_address, problem
from signage_bridge.rosbridge.commands import CallService, Command
from signage_bridge.rosbridge.limits import Limits
from signage_bridge.throttled_log import Mishaps

CLOSE_TIMEOUT_S = 1.0
SENDS_IN_A_ROW = 32
HEARTBEAT_LOOK_S = 0.2


class RosbridgeEndpoint:
    """Accepts WebSocket connections and moves messages between them and the gateway."""

    def __init__(self, gateway: Gateway, guard: Guard, limits: Limits, mishaps: Mishaps) -> None:
        self._gateway = gateway
        self._guard = guard
        self._limits = limits
        self._mishaps = mishaps
        self._links: set[_Link] = set()

    def make_app(self) -> web.Application:
        """Return the application of the rosbridge port."""
        app = web.Application(middlewares=[answer_errors])
        app[MISHAPS] = self._mishaps
        app.on_response_prepare.append(add_fixed_headers)
        app.router.add_get("/", self._accept)
        return app

    async def watch_heartbeats(self) -> None:
        """Ping the clients that are silent, and drop those that do not answer, until cancelled."""
        while True:
            await asyncio.sleep(HEARTBEAT_LOOK_S)
            for link in tuple(self._links):
                link.beat(self._limits.heartbeat_s)

    async def close(self) -> None:
        """Say good-bye to all clients."""
        closing = [link.socket.close(code=WSCloseCode.GOING_AWAY, message=b"the bridge stops") for link in self._links]
        await asyncio.gather(*closing, return_exceptions=True)

    async def _accept(self, request: web.Request) -> web.StreamResponse:
        address = local_address(request)
        self._guard.check_host(request.headers.get("Host"), address)
        self._guard.check_origin(request.headers.get("Origin"), request.headers.get("Host"), address)
        if request.headers.get("Upgrade", "").strip().lower() != "websocket":
            answer = problem(426, "expected rosbridge v2 over WebSocket")
            answer.headers["Upgrade"] = "websocket"
            return answer
        if len(self._links) >= self._limits.clients:
            return self._turned_away(request)
        return await self._serve(request)

    def _turned_away(self, request: web.Request) -> web.StreamResponse:
        reason = f"more than {self._limits.clients} clients"
        assert isinstance(request.protocol, Connection)
        request.protocol.turn_away(reason)
        answer = problem(503, reason)
        answer.force_close()
        return answer

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        # The watch bounds the messages instead: its bound can change while the connection lives.
        socket = web.WebSocketResponse(timeout=CLOSE_TIMEOUT_S, autoping=False, max_msg_size=0, compress=False)
        if not _is_handshake(socket, request):
            return problem(400, "expected a WebSocket handshake of version 13 (RFC 6455, section 4.2.1)")
        assert isinstance(request.protocol, Connection)
        watch = FrameWatch(self._limits, asyncio.get_running_loop().time())
        link = _Link(socket, request.protocol, watch, self._gateway)
        request.protocol.watch_frames(watch, link.hang_up)
        self._links.add(link)
        try:
            await socket.prepare(request)
            await link.run()
        finally:
            self._links.discard(link)
            link.forget()
        return socket


class _Link:
    """One client's connection: reading and writing do not wait for each other."""

    def __init__(
        self, socket: web.WebSocketResponse, connection: Connection, watch: FrameWatch, gateway: Gateway
    ) -> None:
        self.socket = socket
        self._watch = watch
        self._connection = connection
        self._gateway = gateway
        self._something_to_send = asyncio.Event()
        self._client: Client = gateway.connect(self._something_to_send.set)
        self._tasks: set[asyncio.Task[None]] = set()
        self._ending: asyncio.Task[None] | None = None
        self._pinged_s: float | None = None

    async def run(self) -> None:
        """Serve the client until it leaves."""
        writer = asyncio.create_task(self._write())
        try:
            await self._read()
        finally:
            if self._ending is not None:  # the reader ends first, and the reason is yet to be said
                await self._ending
            tasks = [writer, *self._tasks]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def forget(self) -> None:
        """Tell the gateway that the client is gone."""
        self._gateway.disconnect(self._client)

    def beat(self, heartbeat_s: float) -> None:
        """Ping the client if it has been silent for so long; drop it if half of that did not bring an answer."""
        now_s = asyncio.get_running_loop().time()
        if self._pinged_s is not None and self._watch.whole_s >= self._pinged_s:
            self._pinged_s = None
        if self._pinged_s is not None:
            if now_s - self._pinged_s >= heartbeat_s / 2 and self._connection.transport is not None:
                self._connection.transport.abort()
        elif now_s - self._watch.whole_s >= heartbeat_s and self.socket.prepared:
            self._pinged_s = now_s
            self._start(self.socket.ping())

    def hang_up(self, hangup: Hangup) -> None:
        """End the connection and say why."""
        self._ending = asyncio.create_task(_unless_gone(self._end(hangup)))

    async def _end(self, hangup: Hangup) -> None:
        closing = self.socket.close(code=hangup.code, message=hangup.reason.encode())
        try:
            await asyncio.wait_for(closing, 2 * CLOSE_TIMEOUT_S)
        except asyncio.TimeoutError:  # it does not even read the reason
            if self._connection.transport is not None:
                self._connection.transport.abort()

    async def _read(self) -> None:
        async for message in self.socket:
            await self._take(message)
            if self._client.session.is_flooding:
                await self._end(Hangup(TOO_MANY, "too many messages"))
            await asyncio.sleep(0)  # a burst lets the answers out, and the other clients in

    async def _take(self, message: WSMessage) -> None:
        if message.type is WSMsgType.PING:
            await self.socket.pong(message.data)
        elif message.type in (WSMsgType.TEXT, WSMsgType.BINARY):
            for command in self._gateway.receive(self._client, message.data):
                await self._execute(command)

    async def _execute(self, command: Command) -> None:
        execution = self._gateway.execute(self._client, command)
        if isinstance(command, CallService):
            self._start(execution)
        else:
            await execution

    def _start(self, job: Awaitable[object]) -> None:
        task = asyncio.create_task(_unless_gone(job))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _write(self) -> None:
        sent = 0
        try:
            while True:
                payload = self._client.session.to_send(time.monotonic())
                if payload is None:
                    await self._wait()
                    continue
                if isinstance(payload.data, bytes):
                    await self.socket.send_bytes(payload.data)
                else:
                    await self.socket.send_str(payload.data)
                sent += 1
                if sent % SENDS_IN_A_ROW == 0:
                    await asyncio.sleep(0)
        except ConnectionError:
            return  # the reader sees the end of the connection

    async def _wait(self) -> None:
        due_s = self._client.session.wake_at_s()
        timeout_s = None if due_s is None else max(due_s - time.monotonic(), 0.0)
        try:
            await asyncio.wait_for(self._something_to_send.wait(), timeout_s)
        except asyncio.TimeoutError:
            return
        self._something_to_send.clear()


def _is_handshake(socket: web.WebSocketResponse, request: web.Request) -> bool:
    try:
        return bool(socket.can_prepare(request))
    except ValueError:  # a key that is not even ASCII
        return False


async def _unless_gone(job: Awaitable[object]) -> None:
    with contextlib.suppress(ConnectionError):  # the reader sees the end of the connection
        await job
