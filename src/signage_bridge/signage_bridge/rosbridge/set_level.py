"""Operation ``set_level``: how much the client wants to hear."""

from __future__ import annotations

from signage_bridge.errors import Level
from signage_bridge.rosbridge.commands import Command
from signage_bridge.rosbridge.request import Request
from signage_bridge.rosbridge.state import State


def handle(state: State, request: Request, now_s: float) -> list[Command]:
    """Set the level of the status messages that the client gets."""
    word = request.text("level")
    levels = {level.word: level for level in Level}
    if word not in levels:
        raise request.wrong("level", "one of " + ", ".join(levels), word)
    state.level = levels[word]
    state.status(Level.INFO, f"status level {word}", request.id)
    return []
