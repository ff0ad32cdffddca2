"""Services whose answers are given later, from any thread.

A callback of rclpy may be a coroutine, but its executor asks every waiting one again at every event: with many waiting
it does nothing else. Here the request's header, which the executor hands over with the response that the callback
returns, is kept until the answer is there.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import Any

from rclpy.impl.implementation_singleton import rclpy_implementation
from rclpy.node import Node
from rclpy.qos import QoSProfile
from signage_common.ros_diagnostics import guarded


class Answer:
    """The answer to one request; it is sent once it is given and the request's header is known.

    Attributes:
        response: the message, to be filled in before it is given.
    """

    def __init__(self, response: Any, send: Callable[[Any, Any], None]) -> None:
        self.response = response
        self._send = send
        self._header: Any = None
        self._is_given = False
        self._lock = threading.Lock()

    def give(self) -> None:
        """Send the response as it is now; any thread may."""
        with self._lock:
            self._is_given = True
            if self._header is not None:
                self._send_now()

    def take_header(self, header: Any) -> None:
        """Take in whom it goes to."""
        with self._lock:
            self._header = header
            if self._is_given:
                self._send_now()

    def _send_now(self) -> None:
        # It fails where the node is ending or whoever asked is gone; then it is asked again.
        with contextlib.suppress(rclpy_implementation.InvalidHandle, rclpy_implementation.RCLError):
            self._send(self.response, self._header)


class DeferredService:
    """A service that goes on to the next request while answers are being found."""

    def __init__(
        self, node: Node, service_type: Any, name: str, on_request: Callable[[Any, Answer], None], qos: QoSProfile
    ) -> None:
        """Begin to serve.

        Args:
            node: whose executor runs one callback at a time.
            service_type: type of the service.
            name: its name.
            on_request: gets a request and its answer, which it or another thread is to give.
            qos: of requests and answers.
        """
        self._on_request = on_request
        self._answer: Answer | None = None
        service = node.create_service(service_type, name, guarded(node, self._take), qos_profile=qos)
        self._send = service.send_response
        service.send_response = self._take_header

    def _take(self, request: Any, response: Any) -> Any:
        self._answer = answer = Answer(response, self._send)
        try:
            self._on_request(request, answer)
        except Exception:
            answer.give()  # as it is: not successful
            raise
        return response

    def _take_header(self, response: Any, header: Any) -> None:
        answer, self._answer = self._answer, None
        if answer is not None:
            answer.take_header(header)
