"""What every node does beside its work: declare its parameters, name its device, publish its health, run and end."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import rclpy
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue
from rcl_interfaces.msg import FloatingPointRange, IntegerRange, ParameterDescriptor
from rclpy.exceptions import InvalidParameterTypeException, InvalidParameterValueException
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor
from rclpy.node import Node

from signage_common.errors import EXIT_USAGE, ConfigurationError, SignageError
from signage_common.health import Health
from signage_common.params import ParameterSpec, check_choice, specs

Params = TypeVar("Params")
DEFAULT_DEVICE = "deeplens1"
_LIMIT = 2**31 - 1


def declare_params(node: Node, params: type[Params]) -> Params:
    """Declare every field of a parameter dataclass, read-only, and return the values that are set.

    Raises:
        ConfigurationError: a value has the wrong type or lies outside its range.
    """
    values = {}
    for name, (default, spec) in specs(params).items():
        values[name] = _declare_one(node, name, default, spec)
    return params(**values)


def _declare_one(node: Node, name: str, default: object, spec: ParameterSpec) -> object:
    ros_default = list(default) if isinstance(default, tuple) else default
    try:
        value = node.declare_parameter(name, ros_default, _descriptor(default, spec)).value
    except (InvalidParameterTypeException, InvalidParameterValueException) as error:
        raise ConfigurationError(f"parameter {name} of {node.get_fully_qualified_name()}: {error}") from None
    check_choice(name, value, spec)
    return tuple(value) if isinstance(default, tuple) else value


def _descriptor(default: object, spec: ParameterSpec) -> ParameterDescriptor:
    descriptor = ParameterDescriptor(description=spec.description, read_only=True)
    descriptor.additional_constraints = f"one of: {', '.join(spec.choices)}" if spec.choices else ""
    if spec.minimum is None and spec.maximum is None:
        return descriptor
    low = -_LIMIT if spec.minimum is None else spec.minimum
    high = _LIMIT if spec.maximum is None else spec.maximum
    if isinstance(default, float):
        descriptor.floating_point_range = [FloatingPointRange(from_value=float(low), to_value=float(high))]
    else:
        descriptor.integer_range = [IntegerRange(from_value=int(low), to_value=int(high), step=1)]
    return descriptor


def device_name(node: Node) -> str:
    """Return the device that a node belongs to: its namespace without slashes, ``deeplens1`` where it has none."""
    return node.get_namespace().strip("/") or DEFAULT_DEVICE


class DiagnosticsPublisher:
    """Publish the health of a node once a second, as diagnostic_updater does where C++ is at hand."""

    def __init__(self, node: Node, read_health: Callable[[], Health], hardware_id: str = "") -> None:
        """Start publishing.

        Args:
            node: the node whose health it is.
            read_health: gives the current health.
            hardware_id: what the node drives, such as the address of the camera; empty if nothing.
        """
        self._node = node
        self._read_health = read_health
        self._hardware_id = hardware_id
        self._publisher = node.create_publisher(DiagnosticArray, "/diagnostics", 10)
        self._timer = node.create_timer(1.0, self.publish)

    def publish(self) -> None:
        """Publish the health now, beside the regular rhythm; right after a change of state, for instance."""
        health = self._read_health()
        name = self._node.get_fully_qualified_name().lstrip("/").replace("/", ": ")
        status = DiagnosticStatus(
            level=bytes([health.level]),
            name=name,
            message=health.message,
            hardware_id=self._hardware_id,
            values=[KeyValue(key=key, value=str(value)) for key, value in health.values.items()],
        )
        message = DiagnosticArray(status=[status])
        message.header.stamp = self._node.get_clock().now().to_msg()
        self._publisher.publish(message)


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
