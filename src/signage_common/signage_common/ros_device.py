"""The device that a node belongs to: its namespace."""

from rclpy.node import Node

DEFAULT_DEVICE = "deeplens1"


def device_name(node: Node) -> str:
    """Return the namespace without its slashes, such as ``deeplens1``; the default device outside any namespace."""
    return node.get_namespace().strip("/") or DEFAULT_DEVICE
