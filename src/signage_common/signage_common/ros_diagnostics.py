"""A node's health on /diagnostics, once a second, as diagnostic_updater publishes it."""

from __future__ import annotations

import functools
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue
from rclpy.clock import Clock
from rclpy.clock_type import ClockType
from rclpy.duration import Duration
from rclpy.impl.implementation_singleton import rclpy_implementation
from rclpy.node import Node
from rclpy.timer import Timer

from signage_common.health import Health, Level

TOPIC = "/diagnostics"
TASK = "health"
PERIOD_S = 1.0
DEFAULT_DEVICE = "deeplens1"
_TWIN_S = 3.5 * PERIOD_S
"""A node of the same name that was heard so lately still runs."""
_ANOTHER_S = 3.0
"""How long after one listener another one may be found; a busy machine takes that long."""
_INSTANCE = "instance"
_ERRORS = "unexpected_errors"
Callback = TypeVar("Callback", bound=Callable[..., Any])


def device_name(node: Node) -> str:
    """Return the device that a node belongs to: its namespace without slashes, ``deeplens1`` where it has none."""
    return node.get_namespace().strip("/") or DEFAULT_DEVICE


def status_name(node: Node) -> str:
    """Return the name of a node's status, such as ``deeplens1/camera: health``: node, colon, task."""
    return f"{node.get_fully_qualified_name().lstrip('/')}: {TASK}"


def steady_timer(node: Node, period_s: float, callback: Callable[[], None]) -> Timer:
    """Return a timer that nobody stops by setting the clock."""
    return node.create_timer(period_s, callback, clock=Clock(clock_type=ClockType.STEADY_TIME))


def publish_quietly(publisher: Any, message: object) -> None:
    """Publish; do nothing once the node or its context has ended, which another thread may learn only here."""
    try:
        publisher.publish(message)
    except rclpy_implementation.InvalidHandle:
        pass  # the publisher is being destroyed
    except rclpy_implementation.RCLError as error:
        if "context is invalid" not in str(error):
            raise


@dataclass
class UnexpectedErrors:
    """The errors of a node's callbacks that nobody foresaw."""

    count: int = 0
    last: str = ""


def guarded(node: Node, callback: Callback) -> Callback:
    """Return a callback that an unexpected error doesn't carry out of: it is logged, counted and part of the health.

    The last net, so that no message ends a node; what comes in is to be checked before.
    """
    errors = _errors_of(node)

    @functools.wraps(callback)
    def call(*args: Any, **kw: Any) -> Any:
        try:
            return callback(*args, **kw)
        except (MemoryError, rclpy_implementation.RCLError):
            raise
        except Exception as error:
            errors.count += 1
            errors.last = f"{type(error).__name__} in {callback.__name__}: {error}"
            node.get_logger().error(f"unexpected: {errors.last}", throttle_duration_sec=1.0)
            return args[1] if len(args) > 1 else None  # a service answers with the response as it was made

    return call  # type: ignore[return-value]  # it has the callback's parameters


def _errors_of(node: Node) -> UnexpectedErrors:
    errors: UnexpectedErrors = vars(node).setdefault("_signage_errors", UnexpectedErrors())
    return errors


class DiagnosticsPublisher:
    """Publish the health of a node once a second.

    It says ERROR while another node of the same name runs, and at least WARN once a guarded callback failed.
    """

    def __init__(self, node: Node, read_health: Callable[[], Health], hardware_id: str = "") -> None:
        """Start publishing.

        Args:
            node: the node whose health it is.
            read_health: gives the current health.
            hardware_id: what the node drives, such as the address of the camera; the device where that is nothing.
        """
        self._node = node
        self._read_health = read_health
        self._hardware_id = hardware_id or device_name(node)
        self._instance = secrets.token_hex(4)
        self._twin_s: float | None = None
        self._twin_text = f"another node {node.get_fully_qualified_name()} runs: give each device a name of its own"
        self._publisher = node.create_publisher(DiagnosticArray, TOPIC, 10)
        self._subscription = node.create_subscription(DiagnosticArray, TOPIC, self._look_for_twin, 10)
        self._timer = steady_timer(node, PERIOD_S, self.publish)

    def publish(self) -> None:
        """Publish the health now, beside the regular rhythm; right after a change of state, for instance."""
        health = self._with_what_all_share(self._read_health())
        publish_quietly(self._publisher, health_to_msg(self._node, health, self._hardware_id))

    def _with_what_all_share(self, health: Health) -> Health:
        level, message, values = health.level, health.message, {**health.values, _INSTANCE: self._instance}
        errors = _errors_of(self._node)
        if errors.count:
            values[_ERRORS] = errors.count
            if level is Level.OK:
                level, message = Level.WARN, f"{message}; unexpected errors: {errors.count}, last {errors.last}"
        if self._has_twin():
            level, message = Level.ERROR, f"{self._twin_text}; {message}"
        return Health(level, message, values)

    def _look_for_twin(self, message: DiagnosticArray) -> None:
        """Notice a node of our name: the graph lists one that was killed for some time yet, but it says nothing."""
        for status in message.status:
            instances = [pair.value for pair in status.values if pair.key == _INSTANCE]
            if status.name == status_name(self._node) and instances not in ([], [self._instance]):
                if not self._has_twin():
                    self._node.get_logger().error(self._twin_text)
                self._twin_s = time.monotonic()

    def _has_twin(self) -> bool:
        return self._twin_s is not None and time.monotonic() - self._twin_s < _TWIN_S


def health_to_msg(node: Node, health: Health, hardware_id: str) -> DiagnosticArray:
    """Return the health of a node as a message, stamped now."""
    values = [KeyValue(key=key, value=str(value)) for key, value in health.values.items()]
    status = DiagnosticStatus(
        level=bytes([health.level]),
        name=status_name(node),
        message=health.message,
        hardware_id=hardware_id,
        values=values,
    )
    message = DiagnosticArray(status=[status])
    message.header.stamp = node.get_clock().now().to_msg()
    return message


def publish_once(node: Node, health: Health, patience_s: float) -> None:
    """Publish a health for the last time before the process ends, and wait until those who listen have it.

    They are found one after the other, so it is published again whenever another one is; nobody is waited for any more
    once none was found for a while.
    """
    publisher = node.create_publisher(DiagnosticArray, TOPIC, 10)
    listeners, end_s = 0, time.monotonic() + patience_s
    while time.monotonic() < end_s:
        before, listeners = listeners, publisher.get_subscription_count()
        if listeners > before:
            publish_quietly(publisher, health_to_msg(node, health, device_name(node)))
            end_s = time.monotonic() + _ANOTHER_S
        time.sleep(0.02)
    publisher.wait_for_all_acked(Duration(seconds=patience_s))
