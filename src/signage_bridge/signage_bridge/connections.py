"""The connections of one port: how many there may be, how long they may be idle, and what malformed requests get."""

from __future__ import annotations

import asyncio
import errno
import json
import socket
from collections.abc import Callable
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from signage_bridge.frames import FrameWatch, Hangup
from signage_bridge.http.answers import SERVER, problem
from signage_bridge.throttled_log import ThrottledLog, describe

IDLE_S = 15.0
"""How long a connection may take until it has sent a whole request, and be kept for the next one."""
STANDSTILL_S = 60.0
"""How long a client may take nothing of what is on its way to it."""
LINGER_S = 1.0
MAX_HEADERS = 64
RETRY_S = 0.1
BACKLOG = 1024
_NO_ROOM = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_FULL = json.dumps({"error": "too many connections"}).encode()
_REFUSAL = (
    f"HTTP/1.1 503 Service Unavailable\r\nServer: {SERVER}\r\nContent-Type: application/json\r\n"
    f"Content-Length: {len(_FULL)}\r\nConnection: close\r\n\r\n"
).encode() + _FULL


@web.middleware
async def mark_busy(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Note that a whole request has come; its connection is not closed for a new one while it is answered."""
    assert isinstance(request.protocol, Connection)
    request.protocol.is_busy = True
    return await handler(request)


class Connection(web.RequestHandler):
    """One connection.

    Attributes:
        is_busy: whether a request is being answered; a WebSocket is, as long as it lives.
        idle_since_s: when the last answer was finished, on the loop's clock.
    """

    def __init__(self, port: Port, server: web.Server) -> None:
        loop = asyncio.get_running_loop()
        super().__init__(
            server,
            loop=loop,
            access_log=None,  # type: ignore[arg-type]  # aiohttp's own way to have none
            keepalive_timeout=IDLE_S,
            lingering_time=LINGER_S,
            max_headers=MAX_HEADERS,
            auto_decompress=False,
        )
        self.is_busy = False
        self.idle_since_s = loop.time()
        self._now_s = loop.time
        self._port = port
        self._is_upgraded = False
        self._watch: FrameWatch | None = None
        self._hang_up: Callable[[Hangup], object] | None = None

    def watch_frames(self, watch: FrameWatch, hang_up: Callable[[Hangup], object]) -> None:
        """From the upgrade on, look at every frame before anything else does, and call ``hang_up`` at most once."""
        self._watch, self._hang_up = watch, hang_up

    def set_parser(self, parser: Any, data_received_cb: Callable[[], None] | None = None) -> None:
        """Begin with WebSocket frames, of which some may have come together with the request."""
        self._is_upgraded = True
        self._is_allowed(self._message_tail)
        super().set_parser(parser, data_received_cb)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Forget the connection."""
        self._port.forget(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came, unless it is more than a client may send."""
        if not self._is_upgraded or self._is_allowed(data):
            super().data_received(data)

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """Send an answer; the connection is idle then."""
        try:
            return await super().finish_response(request, resp, start_time)
        finally:
            self.is_busy = False
            self.idle_since_s = self._now_s()

    def log_exception(self, *args: Any, **options: Any) -> None:
        """Tell what went wrong, unless it is that the client is gone while its request was read or answered."""
        if self.connected:
            super().log_exception(*args, **options)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what is no HTTP request, or a handler's unexpected end, without a word about what is inside."""
        if isinstance(exc, ConnectionError):
            raise exc  # nobody is there to be answered
        if request.writer.output_size > 0:
            raise ConnectionResetError("half an answer can't be taken back")
        self._port.count_malformed(exc)
        text = "expected a well-formed HTTP/1.1 request" if status < 500 else "internal error"
        answer = problem(status, text)
        answer.headers["Server"] = SERVER
        answer.force_close()
        return answer

    def turn_away(self, reason: str) -> None:
        """Count that there is no room for this client."""
        self._port.count_turned_away(reason)

    def _is_allowed(self, data: bytes) -> bool:
        if self._watch is None:
            return True
        hangup = self._watch.take(data, self._now_s())
        if hangup is not None and self._hang_up is not None:
            self._hang_up(hangup)  # what comes meanwhile is read and dropped: unread, it would take the reason with it
            self._hang_up = None
        return self._hang_up is not None


class Port:
    """Accepts connections; when there are as many as may be, one that is idle makes room for a new one.

    Attributes:
        malformed: requests so far that were no HTTP.
        turned_away: connections so far that found no room.
    """

    def __init__(self, listener: socket.socket, most: Callable[[], int], log: ThrottledLog) -> None:
        """Take a listening socket.

        Args:
            listener: the socket.
            most: gives the number of connections that there may be now.
            log: where to tell of trouble.
        """
        listener.setblocking(False)
        listener.listen(BACKLOG)
        self.malformed = 0
        self.turned_away = 0
        self._listener = listener
        self._most = most
        self._log = log
        self._connections: set[Connection] = set()

    async def accept(self, server: web.Server) -> None:
        """Accept connections for a server until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                peer, _ = await loop.sock_accept(self._listener)
                await self._take(peer, server)
            except OSError as error:  # the client is gone already, or no file is free
                if error.errno in _NO_ROOM:
                    self._log.tell(f"no connection can be accepted: {error.strerror}")
                    self._close_longest_idle()
                await asyncio.sleep(RETRY_S if error.errno in _NO_ROOM else 0)

    def forget(self, connection: Connection) -> None:
        """Forget a connection that has ended."""
        self._connections.discard(connection)

    def count_malformed(self, error: BaseException | None) -> None:
        """Count a request that is no HTTP."""
        self.malformed += 1
        self._log.tell(f"a request is not well-formed{describe(error)}")

    def count_turned_away(self, reason: str) -> None:
        """Count a client that finds no room."""
        self.turned_away += 1
        self._log.tell(f"turned away: {reason}")

    async def _take(self, peer: socket.socket, server: web.Server) -> None:
        if len(self._connections) >= self._most() and not self._close_longest_idle():
            self.count_turned_away(f"more than {self._most()} connections")
            with peer:
                peer.send(_REFUSAL)
            return
        connection = Connection(self, server)
        self._connections.add(connection)
        try:
            await asyncio.get_running_loop().connect_accepted_socket(lambda: connection, peer)
        except BaseException:
            self.forget(connection)
            peer.close()
            raise

    def _close_longest_idle(self) -> bool:
        idle = [connection for connection in self._connections if not connection.is_busy]
        if not idle:
            return False
        oldest = min(idle, key=lambda connection: connection.idle_since_s)
        self.forget(oldest)
        oldest.force_close()
        return True
