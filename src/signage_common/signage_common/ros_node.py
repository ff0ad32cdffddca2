"""The process of a node from its start to its end, whatever ends it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence

import rclpy
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor
from rclpy.node import Node

from signage_common import entry, private_memory
from signage_common.errors import EXIT_FAILED, EXIT_USAGE, SignageError
from signage_common.health import Health, Level
from signage_common.ros_diagnostics import publish_once

READY_SOCKET = "NOTIFY_SOCKET"
"""Where a supervisor listens for ``READY=1``, as sd_notify(3) has it."""
IS_RESTART = "SIGNAGE_RESTARTED"
"""Set to 1 in a process that is started again: what keeps the node from starting is said on /diagnostics, too."""
_TELL_S = 2.0


def run_node(make_node: Callable[[], Node], argv: Sequence[str] | None = None) -> int:
    """Make a node and spin it until SIGINT or SIGTERM; return the exit status of the process.

    A SignageError from ``make_node`` or from a callback ends the process with its message as one line. The
    unexpected end of any thread ends it too, with status 1: rather started again than working only in part.
    """
    private_memory.protect()
    try:
        rclpy.init(args=list(argv) if argv is not None else sys.argv)
        executor = SingleThreadedExecutor()  # now, because rclpy can't clean up one whose making a signal broke
    except Exception as error:  # rclpy wraps every wrong ROS argument in its own implementation's exceptions
        print(f"error: {str(error).splitlines()[0]}", file=sys.stderr)
        return EXIT_USAGE
    broken_threads = _end_with_any_thread()
    node: Node | None = None
    try:
        entry.release_signals()  # rclpy and this function answer them now
        node = make_node()
        private_memory.close_to_others()
        _say_ready()
        rclpy.spin(node, executor)
    except (KeyboardInterrupt, ExternalShutdownException):
        pass
    except SignageError as error:
        print(f"error: {error}", file=sys.stderr)
        if node is None and os.environ.get(IS_RESTART) == "1":
            _publish_failure(str(error))
        return error.exit_status
    except RuntimeError:  # rclpy's own errors among them: whatever it does fails once a signal ends its context
        if not _is_ending():
            raise
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # ros2 launch and the terminal may both send one
        if node is not None:
            node.destroy_node()
        rclpy.try_shutdown()
    return EXIT_FAILED if broken_threads else 0


def _end_with_any_thread() -> list[str]:
    """Have the unexpected end of any thread end the node; return the list that such threads are put into."""
    broken: list[str] = []
    show = threading.excepthook

    def end(args: threading.ExceptHookArgs) -> None:
        if not rclpy.ok():
            return  # what a thread does while everything ends is no failure
        show(args)
        broken.append(args.thread.name if args.thread else "")
        rclpy.try_shutdown()

    threading.excepthook = end
    return broken


def _say_ready() -> None:
    """Tell the supervisor that started this process, if it asked for it, that the node stands."""
    address = os.environ.get(READY_SOCKET)
    if not address:
        return
    if address.startswith("@"):  # an abstract one
        address = f"\0{address[1:]}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify, contextlib.suppress(OSError):
        notify.sendto(b"READY=1", address)  # fails where whoever asked is gone


def _publish_failure(reason: str) -> None:
    """Say on /diagnostics why the node can't start, under the name that it was given."""
    try:
        node = Node("node", start_parameter_services=False, enable_rosout=False)
        publish_once(node, Health(Level.ERROR, f"can't start: {reason}"), _TELL_S)
        node.destroy_node()
    except (KeyboardInterrupt, RuntimeError):
        pass  # it is told to end meanwhile


def _is_ending(patience_s: float = 0.5) -> bool:
    """Return whether a signal ends the context: a thread of rclpy does it, a moment after the signal."""
    end_s = time.monotonic() + patience_s
    while rclpy.ok() and time.monotonic() < end_s:
        time.sleep(0.01)
    return not rclpy.ok()
