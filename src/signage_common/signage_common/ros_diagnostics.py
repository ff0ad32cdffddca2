"""Publish the state of a node on /diagnostics."""

from __future__ import annotations

from collections.abc import Callable

from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue
from rclpy.node import Node

from signage_common.health import Health


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
