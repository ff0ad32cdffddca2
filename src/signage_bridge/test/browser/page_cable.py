"""A TCP cable between page and bridge that a test may cut and mend."""

from __future__ import annotations

import contextlib
import socket
import threading


class Cable:
    """Forwards connections from a port of its own to another one, while it is whole.

    Attributes:
        port: where it listens.
        longest_answer: bytes after which it breaks off a connection; None for no bound.
    """

    def __init__(self, target_port: int, longest_answer: int | None = None) -> None:
        self.longest_answer = longest_answer
        self._target = ("127.0.0.1", target_port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._whole = True
        self._ends: list[socket.socket] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def cut(self) -> None:
        """End all connections and accept no more."""
        self._whole = False
        for end in self._ends:
            hang_up(end)
        self._ends.clear()

    def mend(self) -> None:
        """Accept connections again."""
        self._whole = True

    def close(self) -> None:
        """Give the port back."""
        self.cut()
        hang_up(self._listener)
        self._thread.join()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if not self._whole:
                hang_up(near)
                continue
            far = socket.create_connection(self._target)
            self._ends += [near, far]
            threading.Thread(target=self._ask, args=(near, far), daemon=True).start()
            threading.Thread(target=self._answer, args=(far, near), daemon=True).start()

    def _ask(self, near: socket.socket, far: socket.socket) -> None:
        """Pass bytes on until either end is gone."""
        with contextlib.suppress(OSError):
            while data := near.recv(65536):
                far.sendall(data)
        hang_up(near)
        hang_up(far)

    def _answer(self, far: socket.socket, near: socket.socket) -> None:
        """Pass bytes back until either end is gone or it is enough."""
        answered = 0
        with contextlib.suppress(OSError):
            while (self.longest_answer is None or answered < self.longest_answer) and (data := far.recv(65536)):
                near.sendall(data)
                answered += len(data)
        hang_up(far)
        hang_up(near)


def hang_up(end: socket.socket) -> None:
    """Close a socket, whoever is waiting on it."""
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
