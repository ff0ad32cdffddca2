"""Ports of this machine."""

from __future__ import annotations

import contextlib
import socket

BACKLOG = 128
ANSWER_S = 1.0


def listen(address: str, port: int) -> socket.socket:
    """Return a listening TCP socket.

    Args:
        address: an address of this machine, or a name of one.
        port: the port; 0 for any free one.

    Raises:
        OSError: the address is none of this machine's (socket.gaierror where it is no address), or the port is taken.
    """
    if address == "*":  # glibc takes it for every interface, unasked
        raise socket.gaierror(socket.EAI_NONAME, "not an address")
    try:
        found = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except UnicodeError:
        raise socket.gaierror(socket.EAI_NONAME, "not an address") from None
    family, kind, protocol, _, where = found[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(where)
        listener.listen(BACKLOG)
    except BaseException:
        listener.close()
        raise
    return listener


def is_listening(port: int, address: str = "127.0.0.1") -> bool:
    """Return whether somebody takes connections at a port."""
    with socket.socket() as probe:
        probe.settimeout(ANSWER_S)
        return probe.connect_ex((address, port)) == 0


def free_ports(count: int) -> list[int]:
    """Return that many different ports of 127.0.0.1 that nobody listens on at the moment."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(listen("127.0.0.1", 0)) for _ in range(count)]
        return [int(each.getsockname()[1]) for each in sockets]
