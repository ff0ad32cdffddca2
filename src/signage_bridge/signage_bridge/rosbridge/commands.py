"""What a session asks of the ROS side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from signage_bridge.rosbridge.payload import Compression
from signage_bridge.rosbridge.request import Id


@dataclass(frozen=True)
class Subscribe:
    """Let the client have a topic from now on; the newest message at once if the topic keeps it.

    Attributes:
        topic: the absolute name.
        name: the name that the client uses.
        type_name: the topic's type; None if it is to be found in the graph.
        id: the id of the client's request.
    """

    topic: str
    name: str
    type_name: str | None
    id: Id


@dataclass(frozen=True)
class Unsubscribe:
    """The client has no subscription to a topic any more."""

    topic: str


@dataclass(frozen=True)
class Advertise:
    """The client is going to publish a topic."""

    topic: str
    type_name: str
    id: Id


@dataclass(frozen=True)
class Publish:
    """Publish a message of the client."""

    topic: str
    type_name: str
    message: Mapping[str, Any]
    id: Id


@dataclass(frozen=True)
class CallService:
    """Call a service and answer the client.

    Attributes:
        service: the absolute name.
        name: the name that the client uses.
        type_name: the service's type; None if it is to be found in the graph.
        args: the fields of the request by name, or their values in order.
        timeout_s: how long to wait for the answer; None for the usual time.
        fragment_size: longest answer that is not cut into fragments, characters.
        compression: the form of the answer.
        id: the id of the client's request.
    """

    service: str
    name: str
    type_name: str | None
    args: Mapping[str, Any] | Sequence[Any]
    timeout_s: float | None
    fragment_size: int | None
    compression: Compression
    id: Id


Command = Subscribe | Unsubscribe | Advertise | Publish | CallService
