"""Operation ``publish``: publish a message of the client."""

from __future__ import annotations

from signage_bridge.errors import OperationError
from signage_bridge.rosbridge.commands import Command, Publish
from signage_bridge.rosbridge.request import Request
from signage_bridge.rosbridge.state import State


def handle(state: State, request: Request, now_s: float) -> list[Command]:
    """Check the topic and the rate; a topic whose type is known need not be advertised."""
    topic = state.policy.resolve_published(request.text("topic"))
    type_name = state.policy.type_of(topic) or state.advertised.get(topic)
    if type_name is None:
        raise OperationError(f"publish: advertise {topic} with its type first")
    message = request.fields.get("msg")
    if not isinstance(message, dict):
        raise request.wrong("msg", "an object", message)
    if not state.publishing.take(now_s):
        raise OperationError(f"publish: {topic}: too many messages, at most {state.limits.publishes_per_s:g} a second")
    return [Publish(topic, type_name, message, request.id)]
