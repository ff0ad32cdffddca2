"""Operation ``fragment``: put a client's message together from its pieces, and cut what is too long for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from signage_bridge.errors import Code, OperationError
from signage_bridge.rosbridge.limits import Limits
from signage_bridge.rosbridge.payload import Payload, json_payload
from signage_bridge.rosbridge.request import Id, Request


@dataclass
class _Incomplete:
    total: int
    changed_s: float
    pieces: dict[int, str] = field(default_factory=dict)

    def length(self) -> int:
        return sum(len(piece) for piece in self.pieces.values())


class Defragmenter:
    """Incoming messages that are not complete yet."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._open: dict[Id, _Incomplete] = {}

    def add(self, request: Request, now_s: float) -> str | None:
        """Take one piece; return the message if it is complete now.

        Raises:
            OperationError: the piece is malformed, or there are too many or too long incomplete messages; the
                message that it belongs to is forgotten.
        """
        self._forget_old(now_s)
        try:
            return self._add(request, now_s)
        except OperationError:
            self._open.pop(request.id, None)
            raise

    def _add(self, request: Request, now_s: float) -> str | None:
        if request.id is None:
            raise request.wrong("id", "a string or integer", None)
        number, total, piece = self._read(request)
        entry = self._open.setdefault(request.id, _Incomplete(total, now_s))
        if entry.total != total:
            raise request.wrong("total", f"{entry.total} as before", total)
        if len(self._open) > self._limits.fragmented:
            raise OperationError(f"fragment: more than {self._limits.fragmented} incomplete messages", Code.TOO_MANY)
        entry.changed_s = now_s
        entry.pieces[number] = piece
        if entry.length() > self._limits.message_bytes:
            raise OperationError(f"fragment: message is longer than {self._limits.message_bytes} bytes")
        if len(entry.pieces) < total:
            return None
        del self._open[request.id]
        return "".join(entry.pieces[index] for index in range(total))

    def _read(self, request: Request) -> tuple[int, int, str]:
        total = request.integer("total", 1, self._limits.fragments)
        if total is None:
            raise request.wrong("total", f"a whole number from 1 to {self._limits.fragments}", total)
        number = request.integer("num", 0, total - 1)
        if number is None:
            raise request.wrong("num", f"a whole number from 0 to {total - 1}", number)
        piece = request.fields.get("data")
        if not isinstance(piece, str):
            raise request.wrong("data", "a string", piece)
        return number, total, piece

    def _forget_old(self, now_s: float) -> None:
        oldest_s = now_s - self._limits.fragment_timeout_s
        self._open = {name: entry for name, entry in self._open.items() if entry.changed_s >= oldest_s}


def fragments_of(text: str, size: int, name: str) -> Iterator[Payload]:
    """Cut a text into ``fragment`` messages of at most ``size`` characters of data each."""
    total = -(-len(text) // size)
    for number in range(total):
        piece = text[number * size : (number + 1) * size]
        yield json_payload({"op": "fragment", "id": name, "data": piece, "num": number, "total": total})
