"""The WebSocket side of rosbridge: the only file in which its sockets live."""

from __future__ import annotations

import asyncio
import time

from aiohttp import WSCloseCode, WSMsgType, web

from signage_bridge.gateway import Client, Gateway
from signage_bridge.guard import ForbiddenError, Guard
from signage_bridge.params import SignageBridgeParams
from signage_bridge.rosbridge.commands import CallService, Command

CLOSE_TIMEOUT_S = 1.0
SENDS_IN_A_ROW = 32
OVERSIZE = 4  # times max_message_bytes: a message that long ends the connection unread


class RosbridgeEndpoint:
    """Accepts WebSocket connections and moves messages between them and the gateway."""

    def __init__(self, gateway: Gateway, guard: Guard, params: SignageBridgeParams) -> None:
        self._gateway = gateway
        self._guard = guard
        self._params = params
        self._sockets: set[web.WebSocketResponse] = set()

    def make_app(self) -> web.Application:
        """Return the application of the rosbridge port."""
        app = web.Application()
        app.router.add_get("/", self._accept)
        return app

    async def close(self) -> None:
        """Say good-bye to all clients."""
        closing = [socket.close(code=WSCloseCode.GOING_AWAY, message=b"the bridge stops") for socket in self._sockets]
        await asyncio.gather(*closing, return_exceptions=True)

    async def _accept(self, request: web.Request) -> web.StreamResponse:
        address = local_address(request)
        try:
            self._guard.check_host(request.headers.get("Host"), address)
            self._guard.check_origin(request.headers.get("Origin"), request.headers.get("Host"), address)
        except ForbiddenError as error:
            return web.Response(status=403, text=f"{error}\n")
        if request.headers.get("Upgrade", "").lower() != "websocket":
            return web.Response(status=426, text="rosbridge v2 over WebSocket\n", headers={"Upgrade": "websocket"})
        if len(self._sockets) >= self._params.max_clients:
            return web.Response(status=503, text=f"more than {self._params.max_clients} clients\n")
        return await self._serve(request)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(
            timeout=CLOSE_TIMEOUT_S,
            heartbeat=self._params.heartbeat_s,
            max_msg_size=OVERSIZE * self._params.max_message_bytes,
            compress=False,
        )
        self._sockets.add(socket)
        try:
            await socket.prepare(request)
            await _Connection(socket, self._gateway).run()
        finally:
            self._sockets.discard(socket)
        return socket


class _Connection:
    """One client's connection: reading and writing do not wait for each other."""

    def __init__(self, socket: web.WebSocketResponse, gateway: Gateway) -> None:
        self._socket = socket
        self._gateway = gateway
        self._something_to_send = asyncio.Event()
        self._client: Client = gateway.connect(self._something_to_send.set)
        self._calls: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Serve the client until it leaves."""
        writer = asyncio.create_task(self._write())
        try:
            await self._read()
        finally:
            self._gateway.disconnect(self._client)
            for task in (writer, *self._calls):
                task.cancel()
            await asyncio.gather(writer, *self._calls, return_exceptions=True)

    async def _read(self) -> None:
        async for message in self._socket:
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                continue
            for command in self._gateway.receive(self._client, message.data):
                await self._execute(command)
            if self._client.session.is_flooding:
                await self._socket.close(code=WSCloseCode.POLICY_VIOLATION, message=b"too many messages")
            await asyncio.sleep(0)  # a burst lets the answers out, and the other clients in

    async def _execute(self, command: Command) -> None:
        if not isinstance(command, CallService):
            await self._gateway.execute(self._client, command)
            return
        task = asyncio.create_task(self._gateway.execute(self._client, command))
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)

    async def _write(self) -> None:
        sent = 0
        try:
            while True:
                payload = self._client.session.to_send(time.monotonic())
                if payload is None:
                    await self._wait()
                    continue
                if isinstance(payload.data, bytes):
                    await self._socket.send_bytes(payload.data)
                else:
                    await self._socket.send_str(payload.data)
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


def local_address(request: web.Request) -> str | None:
    """Return the address of this machine at which a request arrived."""
    name = request.transport.get_extra_info("sockname") if request.transport else None
    return str(name[0]) if name else None
