"""Hear from processes that they are ready, as sd_notify(3) has it."""

from __future__ import annotations

import os
import secrets
import socket
import struct
from collections.abc import Iterator

ADDRESS = "NOTIFY_SOCKET"
"""The variable that tells a process where to say so."""
_READY = b"READY=1"
_LONGEST = 4096
_CREDENTIALS = struct.Struct("3i")  # struct ucred: process, user and group


class ReadySocket:
    """Where the processes of one child say that they are ready: a datagram socket that leaves no file behind.

    Attributes:
        address: for their environment.
    """

    def __init__(self) -> None:
        """Open it."""
        name = f"signage-launch-{secrets.token_hex(8)}"
        self.address = f"@{name}"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self._socket.bind(f"\0{name}")

    def fileno(self) -> int:
        """Return the descriptor to wait on."""
        return self._socket.fileno()

    def ready_pids(self) -> Iterator[int]:
        """Give the ids of the processes that have said so since; of this user's only, since anybody may send."""
        while True:
            try:
                data, ancillary, _, _ = self._socket.recvmsg(_LONGEST, socket.CMSG_SPACE(_CREDENTIALS.size))
            except BlockingIOError:
                return
            for _, kind, content in ancillary:
                if kind == socket.SCM_CREDENTIALS and len(content) == _CREDENTIALS.size:
                    pid, user, _ = _CREDENTIALS.unpack(content)
                    if user == os.getuid() and _READY in data.split(b"\n"):
                        yield pid

    def close(self) -> None:
        """Close it."""
        self._socket.close()
