"""Run one node as a process: signals, exit status, one line for a user's mistake."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Sequence

import rclpy
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor
from rclpy.node import Node

from signage_common.errors import EXIT_USAGE, SignageError


def run_node(make_node: Callable[[], Node], argv: Sequence[str] | None = None) -> int:
    """Make a node and spin it until SIGINT or SIGTERM; return the exit status of the process.

    A SignageError from ``make_node`` or from a callback ends the process with its message as one line.
    """
    try:
        rclpy.init(args=list(argv) if argv is not None else sys.argv)
        executor = SingleThreadedExecutor()  # now, because rclpy can't clean up one whose making a signal broke
    except Exception as error:  # rclpy wraps every wrong ROS argument in its own implementation's exceptions
        print(f"error: {str(error).splitlines()[0]}", file=sys.stderr)
        return EXIT_USAGE
    node: Node | None = None
    try:
        node = make_node()
        rclpy.spin(node, executor)
    except (KeyboardInterrupt, ExternalShutdownException):
        pass
    except SignageError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_status
    except RuntimeError:  # rclpy's own errors among them: whatever it does fails once a signal ends its context
        if not _is_ending():
            raise
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # ros2 launch and the terminal may both send one
        if node is not None:
            node.destroy_node()
        rclpy.try_shutdown()
    return 0


def _is_ending(patience_s: float = 0.5) -> bool:
    """Return whether a signal ends the context: a thread of rclpy does it, a moment after the signal."""
    end_s = time.monotonic() + patience_s
    while rclpy.ok() and time.monotonic() < end_s:
        time.sleep(0.01)
    return not rclpy.ok()
