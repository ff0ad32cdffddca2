"""Take the ports before anything else happens, so that a port in use stops the start with one line."""

from __future__ import annotations

import errno
import socket

from signage_common.errors import ConfigurationError

BACKLOG = 128


def listen(bind: str, port: int, parameter: str) -> socket.socket:
    """Return a listening TCP socket.

    Args:
        bind: an address of this machine, or a name of one.
        port: the port; 0 for any free one.
        parameter: the name of the port's parameter, for the message.

    Raises:
        ConfigurationError: the port is taken, or the address is not one of this machine.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            bind, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (socket.gaierror, UnicodeError):
        raise ConfigurationError(f"bind:={bind}: expected an address of this machine") from None
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise ConfigurationError(_explain(error, bind, port, parameter)) from None
    listener.setblocking(False)
    return listener


def port_of(listener: socket.socket) -> int:
    """Return the port that a socket listens on."""
    return int(listener.getsockname()[1])


def _explain(error: OSError, bind: str, port: int, parameter: str) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"{parameter}:={port}: the port is in use on {bind}; choose another one, such as {parameter}:={port + 1}"
    if error.errno == errno.EACCES:
        return f"{parameter}:={port}: no permission for this port; choose one from 1024 on"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"bind:={bind}: expected an address of this machine"
    return f"{parameter}:={port} on {bind}: {error.strerror}"
