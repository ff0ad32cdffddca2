"""Operation ``unadvertise``: the client stops publishing a topic."""

from __future__ import annotations

from signage_bridge.errors import Level, OperationError
from signage_bridge.rosbridge.commands import Command
from signage_bridge.rosbridge.request import Request
from signage_bridge.rosbridge.state import State


def handle(state: State, request: Request, now_s: float) -> list[Command]:
    """Forget that the client advertised the topic."""
    topic = state.policy.resolve_published(request.text("topic"))
    if state.advertised.pop(topic, None) is None:
        raise OperationError(f"unadvertise: {topic} was not advertised", Level.WARNING)
    state.status(Level.INFO, f"unadvertised {topic}", request.id)
    return []
