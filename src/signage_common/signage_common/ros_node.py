"""The process of a node from its start to its end, whatever ends it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Sequence

import rclpy
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor
from rclpy.impl.implementation_singleton import rclpy_implementation
from rclpy.node import Node
from rclpy.signals import SignalHandlerOptions

from signage_common import entry, private_memory
from signage_common.errors import EXIT_FAILED, EXIT_USAGE, SignageError, without_passwords
from signage_common.health import Health, Level
from signage_common.ros_diagnostics import publish_once
from signage_common.ros_environment import ros_reason

READY_SOCKET = "NOTIFY_SOCKET"
"""Where a supervisor listens for ``READY=1``, as sd_notify(3) has it."""
IS_RESTART = "SIGNAGE_RESTARTED"
"""Set to 1 in a process that is started again: what keeps the node from starting is said on /diagnostics, too."""
_TELL_S = 10.0
"""How long a node that can't start again waits for somebody who listens: a busy machine takes seconds for that."""


def run_node(make_node: Callable[[], Node], argv: Sequence[str] | None = None) -> int:
    """Make a node and spin it until SIGINT or SIGTERM; return the exit status of the process.

    A SignageError from ``make_node`` or from a callback ends the process with its message as one line. The
    unexpected end of any thread ends it too, with status 1: rather started again than working only in part.
    """
    private_memory.protect()
    try:
        # The context outlives the node: no thread of it finds its publishers gone, and no log line its topic.
        rclpy.init(args=list(argv) if argv is not None else sys.argv, signal_handler_options=SignalHandlerOptions.NO)
        executor = SingleThreadedExecutor()
    except Exception as error:  # rclpy wraps every wrong ROS argument in its own implementation's exceptions
        print(f"error: {ros_reason(str(error))}", file=sys.stderr)
        return EXIT_USAGE
    ending = _Ending(executor)
    node: Node | None = None
    try:
        entry.release_signals()  # they are answered now
        node = make_node()
        private_memory.close_to_others()
        _say_ready()
        executor.add_node(node)
        ending.spin()
    except (KeyboardInterrupt, ExternalShutdownException):
        pass
    except SignageError as error:
        reason = without_passwords(str(error))
        print(f"error: {reason}", file=sys.stderr)
        if node is None and os.environ.get(IS_RESTART) == "1":
            _publish_failure(reason)
        return error.exit_status
    except RuntimeError as error:
        if not ending.has_come:  # else it is of a callback that the signal has interrupted
            return _answer_without_node(error, node)
    finally:
        ending.begin()  # ros2 launch and the terminal may both send a signal
        if node is not None:
            node.destroy_node()
        executor.shutdown()
        rclpy.try_shutdown(uninstall_handlers=False)  # none was installed, and ours stay
    return EXIT_FAILED if ending.broken_threads else 0


def _answer_without_node(error: RuntimeError, node: Node | None) -> int:
    """Return the exit status when the middleware makes no node, since what it was configured with is wrong.

    Raises:
        RuntimeError: it is another error.
    """
    if node is not None or not isinstance(error, rclpy_implementation.RCLError):
        raise error
    print(f"error: {without_passwords(ros_reason(str(error)))}", file=sys.stderr)
    return EXIT_USAGE


class _Ending:
    """What ends a node: SIGINT, SIGTERM, or the unexpected end of a thread.

    Python answers a signal in the main thread, which may be waiting in rclpy for the next message. So another thread
    is told by a socket, too, and wakes it up.

    Attributes:
        has_come: whether the node is to end.
        broken_threads: the names of the threads that ended unexpectedly.
    """

    def __init__(self, executor: SingleThreadedExecutor) -> None:
        """Begin to answer the signals, which interrupt the main thread until it spins."""
        self.has_come = False
        self.broken_threads: list[str] = []
        self._executor = executor
        self._end = executor.create_future()
        self._interrupts = True
        self._show = threading.excepthook
        threading.excepthook = self._thread_ended
        self._told, self._teller = socket.socketpair()
        self._teller.setblocking(False)
        signal.set_wakeup_fd(self._teller.fileno(), warn_on_full_buffer=False)
        threading.Thread(target=self._wait_for_signal, name="signals", daemon=True).start()
        for number in entry.ENDING_SIGNALS:
            signal.signal(number, self._answer)

    def spin(self) -> None:
        """Have the executor work until the end comes."""
        self._interrupts = False
        self._executor.spin_until_future_complete(self._end)

    def begin(self) -> None:
        """Have signals do nothing any more: the node is ending already."""
        self._interrupts = False

    def _answer(self, *_: object) -> None:
        self.has_come = True
        if self._interrupts:
            raise KeyboardInterrupt

    def _wait_for_signal(self) -> None:
        while self._told.recv(1)[0] not in entry.ENDING_SIGNALS:
            pass
        self._end.set_result(None)

    def _thread_ended(self, args: threading.ExceptHookArgs) -> None:
        if self.has_come:
            return  # what a thread does while everything ends is no failure
        self._show(args)
        self.broken_threads.append(args.thread.name if args.thread else "")
        self.has_come = True
        self._end.set_result(None)


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
