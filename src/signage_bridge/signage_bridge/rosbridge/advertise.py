"""Operation ``advertise``: the client is going to publish a topic."""

from __future__ import annotations

from signage_bridge.errors import Level, OperationError
from signage_bridge.rosbridge.commands import Advertise, Command
from signage_bridge.rosbridge.request import Request
from signage_bridge.rosbridge.state import State
from signage_bridge.rosbridge.subscribe import check_type


def handle(state: State, request: Request, now_s: float) -> list[Command]:
    """Check name and type of the topic and remember it; ``latch`` and ``queue_size`` have no effect."""
    topic = state.policy.resolve_published(request.text("topic"))
    type_name = check_type(state, topic, request.text("type"))
    assert type_name is not None
    if topic not in state.advertised and len(state.advertised) >= state.limits.advertisements:
        raise OperationError(f"advertise: more than {state.limits.advertisements} topics")
    if state.advertised.setdefault(topic, type_name) != type_name:
        raise OperationError(f"advertise: {topic} is advertised with type {state.advertised[topic]}, not {type_name}")
    state.status(Level.INFO, f"advertised {topic}", request.id)
    return [Advertise(topic, type_name, request.id)]
