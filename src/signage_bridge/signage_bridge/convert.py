"""Convert between ROS messages and what clients send and get; find the types that clients name."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Mapping, Sequence
from typing import Any

from ament_index_python.resources import get_resource, has_resource
from rclpy.serialization import serialize_message
from signage_common.stamps import NS_PER_S

from signage_bridge.disclosure import Disclosure
from signage_bridge.errors import Code, OperationError
from signage_bridge.health import NodeStatus
from signage_bridge.message_values import MessageFiller, cbor_values, fields_of, json_values
from signage_bridge.rosbridge.payload import Compression

HEADER = "std_msgs/Header"


class RosContent:
    """The content of one ROS message in every form that a client may ask for."""

    def __init__(self, message: Any, received_ns: int) -> None:
        """Keep a message that nobody changes any more.

        Args:
            message: the ROS message.
            received_ns: when it came, nanoseconds of the ROS clock.
        """
        self._message = message
        self._received_ns = received_ns

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return json_values(self._message)

    def to_cbor(self) -> dict[str, Any]:
        """Return the fields as CBOR values."""
        return cbor_values(self._message)

    def to_raw(self) -> dict[str, Any]:
        """Return the time of receipt and the serialised message."""
        secs, nsecs = divmod(self._received_ns, NS_PER_S)
        return {"secs": secs, "nsecs": nsecs, "bytes": serialize_message(self._message)}


def values_to_msg(message_type: Any, values: Mapping[str, Any], now_ns: int) -> tuple[Any, list[str]]:
    """Make a message of a client's values; return it and the names of the fields that were not given.

    A header that lacks its stamp, or is not given at all, gets the present time.

    Raises:
        OperationError: a value does not fit.
    """
    message = message_type()
    filler = MessageFiller(make_message)
    filler.fill(message, values)
    missing = filler.missing
    field_type = fields_of(message_type).get("header")
    if field_type is not None and field_type.name == HEADER and {"header", "header.stamp"} & set(missing):
        message.header.stamp.sec, message.header.stamp.nanosec = divmod(now_ns, NS_PER_S)
        missing = [name for name in missing if name not in ("header", "header.stamp")]
    return message, missing


def args_to_request(service_type: Any, args: Mapping[str, Any] | Sequence[Any], now_ns: int) -> Any:
    """Make a service request of a client's arguments, given by name or in order.

    Raises:
        OperationError: there are too many, or one does not fit.
    """
    if not isinstance(args, Mapping):
        names = list(fields_of(service_type.Request))
        if len(args) > len(names):
            raise OperationError(f"expected at most {len(names)} arguments, got {len(args)}")
        args = dict(zip(names, args, strict=False))
    return values_to_msg(service_type.Request, args, now_ns)[0]


def response_to_values(response: Any, compression: Compression) -> dict[str, Any]:
    """Return a service response as JSON or CBOR values."""
    return cbor_values(response) if compression is Compression.CBOR else json_values(response)


def msg_to_statuses(message: Any) -> list[NodeStatus]:
    """Read what nodes say about themselves in a diagnostic_msgs/DiagnosticArray."""
    return [NodeStatus(status.name, ord(status.level), status.message) for status in message.status]


def disclose_diagnostics(message: Any, disclosure: Disclosure) -> Any:
    """Return a diagnostic_msgs/DiagnosticArray as clients may read it; the message itself stays as it is."""
    disclosed = type(message)(header=message.header)
    for status in message.status:
        values = [type(pair)(key=pair.key, value=disclosure.value(pair.key, pair.value)) for pair in status.values]
        disclosed.status.append(
            type(status)(
                level=status.level,
                name=disclosure.status_name(status.name),
                message=disclosure.text(status.message),
                hardware_id=disclosure.text(status.hardware_id),
                values=values,
            )
        )
    return disclosed


@functools.cache
def import_type(name: str) -> Any:
    """Return the class of a type such as ``std_msgs/msg/Header``.

    Only packages that the ament index lists as interface packages are imported, so that a client's text never makes
    Python load anything else.

    Raises:
        OperationError: no such type is installed.
    """
    package, kind, type_name = name.split("/")
    if has_resource("rosidl_interfaces", package):
        listed = get_resource("rosidl_interfaces", package)[0].split()
        if f"{kind}/{type_name}.{kind}" in listed or f"{kind}/{type_name}.idl" in listed:
            return getattr(importlib.import_module(f"{package}.{kind}"), type_name)
    raise OperationError(f"type {name} is not installed", Code.UNKNOWN)


def make_message(name: str) -> Any:
    """Return an empty message of a field's type such as ``std_msgs/Header``."""
    package, type_name = name.split("/")
    return import_type(f"{package}/msg/{type_name}")()
