"""The protocol of one client, without I/O: messages go in, commands for the ROS side and messages come out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from signage_bridge.errors import Code, OperationError, StatusLevel
from signage_bridge.policy import Policy
from signage_bridge.rosbridge.commands import CallService, Command
from signage_bridge.rosbridge.limits import Limits, TokenBucket
from signage_bridge.rosbridge.operations import OPERATIONS, failed_response, service_response
from signage_bridge.rosbridge.payload import Payload, Publication
from signage_bridge.rosbridge.request import Id, Request, read_id, read_object, read_request
from signage_bridge.rosbridge.state import SessionState, SubscribedTopic


class Session:
    """One client.

    Every message of the client is answered: by what it asked for, or by a status message with its id that says why
    not. All times are seconds of one clock that never goes back.

    Attributes:
        refused: operations that were refused.
        is_flooding: whether the client keeps on sending far more than it may, so that it is better to hang up.
    """

    def __init__(self, policy: Policy, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._state = SessionState(policy, self._limits)
        self._refusals = TokenBucket(self._limits.refusals_per_s, self._limits.refusals_burst)
        self.refused = 0
        self.is_flooding = False

    @property
    def dropped(self) -> int:
        """Return how many messages were dropped because the client read too slowly."""
        return self._state.outbox.dropped

    @property
    def topics(self) -> set[str]:
        """Return the absolute names of the topics that the client subscribes to."""
        return {subscribed.topic for subscribed in self._state.subscribed.values()}

    def receive(self, data: str | bytes, now_s: float) -> list[Command]:
        """Take one WebSocket message; return what the ROS side has to do."""
        too_fast = not self._state.incoming.take(now_s)
        if too_fast:
            self.is_flooding = not self._refusals.take(now_s)
        return self._handle(data, now_s, too_fast=too_fast)

    def deliver(self, topic: str, publication: Publication, now_s: float) -> None:
        """Queue a message of a topic, for each name by which the client subscribes to it."""
        for name, subscribed in self._state.subscribed.items():
            if subscribed.topic == topic:
                self._queue(name, subscribed, publication, now_s)

    def deliver_as(self, name: str, publication: Publication, now_s: float) -> None:
        """Queue a message of a topic for one name by which the client subscribes to it."""
        if name in self._state.subscribed:
            self._queue(name, self._state.subscribed[name], publication, now_s)

    def to_send(self, now_s: float) -> Payload | None:
        """Return the next message to send; None if nothing may go now."""
        return self._state.outbox.take(now_s)

    def wake_at_s(self) -> float | None:
        """Return when a message that is throttled may go; None if nothing waits."""
        return self._state.outbox.wake_at_s()

    def refuse(self, error: OperationError, request_id: Id) -> None:
        """Tell the client that an operation was refused."""
        self.refused += error.level is StatusLevel.ERROR
        self._state.send_status(error.level, str(error), request_id, error.code)

    def inform(self, level: StatusLevel, text: str, request_id: Id) -> None:
        """Tell the client something about an operation that was not refused."""
        self._state.send_status(level, text, request_id)

    def cancel_subscription(self, name: str) -> None:
        """Undo a subscription that the ROS side could not make."""
        if name in self._state.subscribed:
            self._state.remove_topic(name)

    def cancel_advertisement(self, topic: str) -> None:
        """Undo an advertisement that the ROS side could not make."""
        self._state.advertised.pop(topic, None)

    def answer_call(self, call: CallService, values: Mapping[str, Any]) -> None:
        """Answer a service call."""
        self._state.pending_calls -= 1
        payload = service_response(call.name, call.id, values, call.compression)
        self._state.outbox.reply(payload, call.fragment_size)

    def fail_call(self, call: CallService, error: OperationError) -> None:
        """Tell the client that a service call failed."""
        self._state.pending_calls -= 1
        self._state.outbox.reply(failed_response(call.name, call.id, error))
        self.refuse(error, call.id)

    def _handle(self, data: str | bytes, now_s: float, too_fast: bool = False, nested: bool = False) -> list[Command]:
        message: dict[str, Any] = {}
        try:
            message = read_object(data, self._limits.message_bytes, self._limits.nesting)
            if too_fast:
                text = f"too many messages, at most {self._limits.messages_per_s:g} a second"
                raise OperationError(text, Code.TOO_MANY)
            return self._operate(read_request(message), now_s, nested)
        except OperationError as error:
            self.refuse(error, read_id(message))
            return []

    def _operate(self, request: Request, now_s: float, nested: bool) -> list[Command]:
        if request.op == "fragment" and not nested:
            whole = self._state.fragments.add(request, now_s)
            return [] if whole is None else self._handle(whole, now_s, nested=True)
        if request.op not in OPERATIONS:
            text = f"op {request.op[:40]!r} is not supported; {', '.join(OPERATIONS)}, fragment are"
            raise OperationError(text, Code.UNKNOWN)
        return OPERATIONS[request.op](self._state, request, now_s)

    def _queue(self, name: str, subscribed: SubscribedTopic, publication: Publication, now_s: float) -> None:
        queue = subscribed.queue
        self._state.outbox.offer(queue, publication.payload(name, queue.options.compression), now_s)
