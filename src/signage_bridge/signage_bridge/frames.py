"""How many WebSocket frames a client sends, and how long its messages are, before anything else is made of them."""

from __future__ import annotations

from dataclasses import dataclass

from signage_bridge.rosbridge.limits import Limits, TokenBucket

OVERSIZE = 4  # times message_bytes: a message that long ends the connection, a shorter one is answered
TOO_MANY = 1008  # RFC 6455, section 7.4.1: policy violation
TOO_LONG = 1009
_FIN, _OPCODE, _MASKED, _LENGTH = 0x80, 0x0F, 0x80, 0x7F
_FIRST_CONTROL = 0x8
_EXTENDED = {126: 2, 127: 8}
_MASK_BYTES = 4


@dataclass(frozen=True)
class Hangup:
    """Why a connection has to end: code and reason of the close frame."""

    code: int
    reason: str


class FrameWatch:
    """Reads the frame headers of one client (RFC 6455, section 5.2) and keeps nothing of what they carry.

    Pings, pongs and empty pieces of a message make no message that could be counted later, and thousands of them fit
    into one packet.

    Attributes:
        whole_s: when a frame has ended last; a client that sends one byte now and then says nothing by it.
    """

    def __init__(self, limits: Limits, now_s: float = 0.0) -> None:
        self.whole_s = now_s
        self._limits = limits
        self._rate = TokenBucket(limits.frames_per_s, limits.frames_burst)
        self._header = bytearray()
        self._payload_left = 0
        self._message_bytes = 0

    def take(self, data: bytes, now_s: float) -> Hangup | None:
        """Take what came; return why the connection has to end, if it has to."""
        position = 0
        while position < len(data):
            if self._payload_left:
                step = min(self._payload_left, len(data) - position)
                self._payload_left -= step
            else:
                step = self._missing()
                self._header += data[position : position + step]
                if not self._missing() and (hangup := self._begin_frame(now_s)):
                    return hangup
            position += step
            if not self._payload_left and not self._header:
                self.whole_s = now_s
        return None

    def _missing(self) -> int:
        """Return how many bytes of the header are known to come yet."""
        header = self._header
        if len(header) < 2:
            return 2 - len(header)
        length = 2 + _EXTENDED.get(header[1] & _LENGTH, 0) + (_MASK_BYTES if header[1] & _MASKED else 0)
        return length - len(header)

    def _begin_frame(self, now_s: float) -> Hangup | None:
        first, second, header = self._header[0], self._header[1], bytes(self._header)
        self._header.clear()
        size = second & _LENGTH
        self._payload_left = int.from_bytes(header[2 : 2 + _EXTENDED[size]], "big") if size in _EXTENDED else size
        if not self._rate.take(now_s):
            return Hangup(TOO_MANY, "too many messages")
        if first & _OPCODE < _FIRST_CONTROL:
            self._message_bytes += self._payload_left
            if self._message_bytes > OVERSIZE * self._limits.message_bytes:
                return Hangup(TOO_LONG, "message is too long")
            if first & _FIN:
                self._message_bytes = 0
        return None
