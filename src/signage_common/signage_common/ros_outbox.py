"""Send what must not be lost to a service until it has acknowledged it, without holding up whoever has it to say."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from rclpy.node import Node

from signage_common.outbox import Outbox
from signage_common.ros_diagnostics import guarded, steady_timer
from signage_common.ros_topics import RECORD_QOS

Item = TypeVar("Item")
MOST_WAITING = 10_000
MOST_AT_ONCE = 100
PERIOD_S = 0.25
PATIENCE_S = 10.0
"""How long an answer is waited for; the journal itself waits 5 s for a lock."""


class ServiceOutbox(Generic[Item]):
    """Items for a service such as ``record_audience``, whose response has ``success``, ``message`` and ``refused``."""

    def __init__(
        self,
        node: Node,
        service_type: Any,
        name: str,
        make_request: Callable[[Sequence[Item]], Any],
        patience_s: float = PATIENCE_S,
    ) -> None:
        """Begin empty.

        Args:
            node: who sends.
            service_type: type of the service.
            name: its name.
            make_request: makes one request of some items.
            patience_s: how long an answer is waited for before the same is sent again, s.
        """
        self.refused = 0
        self._outbox: Outbox[Item] = Outbox(MOST_WAITING, MOST_AT_ONCE, patience_s)
        self._node = node
        self._make_request = make_request
        self._client = node.create_client(service_type, name, qos_profile=RECORD_QOS)
        self._pending: Any = None
        steady_timer(node, PERIOD_S, guarded(node, self._send))

    @property
    def waiting(self) -> int:
        """Return how many items are not acknowledged."""
        return len(self._outbox)

    @property
    def dropped(self) -> int:
        """Return how many were let go unacknowledged, since too many waited."""
        return self._outbox.dropped

    def add(self, item: Item) -> None:
        """Take in an item; it is sent a little later."""
        self._outbox.add(item)

    def _send(self) -> None:
        if not self.waiting or not self._client.service_is_ready():
            return
        items = self._outbox.next(time.monotonic())
        if not items:
            return
        if self._pending is not None:  # nobody answers it any more
            self._client.remove_pending_request(self._pending)
        self._pending = self._client.call_async(self._make_request(items))
        self._pending.add_done_callback(guarded(self._node, self._on_answer))

    def _on_answer(self, answered: Any) -> None:
        if answered is not self._pending:
            return  # it came too late; the same was sent again
        self._pending = None
        response = answered.result()
        if response is None or not response.success:
            self._outbox.put_back()
            return
        self._outbox.acknowledge()
        refused = [reason for reason in response.refused if reason]
        self.refused += len(refused)
        for reason in refused:
            self._node.get_logger().warning(f"the journal refused: {reason}")
        self._send()
