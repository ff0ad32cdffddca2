"""Operation ``unsubscribe``: end one subscription to a topic, or all of them."""

from __future__ import annotations

from signage_bridge.errors import Level, OperationError
from signage_bridge.rosbridge.commands import Command, Unsubscribe
from signage_bridge.rosbridge.request import Request
from signage_bridge.rosbridge.state import State


def handle(state: State, request: Request, now_s: float) -> list[Command]:
    """End the subscription with the request's id; without an id all subscriptions to the topic."""
    name = request.text("topic")
    subscribed = state.subscribed.get(name)
    if subscribed is None or (request.id is not None and request.id not in subscribed.wishes):
        raise OperationError(f"unsubscribe: no such subscription to {name!r}", Level.WARNING)
    if request.id is not None:
        del subscribed.wishes[request.id]
    else:
        subscribed.wishes.clear()
    state.status(Level.INFO, f"unsubscribed from {subscribed.topic}", request.id)
    if subscribed.wishes:
        subscribed.merge()
        return []
    return [Unsubscribe(state.remove(name))]
