"""Operation ``status``: tell the client what became of its operations."""

from __future__ import annotations

from typing import Any

from signage_bridge.errors import Level
from signage_bridge.rosbridge.payload import Payload, json_payload
from signage_bridge.rosbridge.request import Id

MAX_TEXT = 1000


def status_payload(level: Level, text: str, request_id: Id) -> Payload:
    """Return a status message; it carries the id of the operation that it answers, if that had one."""
    message: dict[str, Any] = {"op": "status", "level": level.word, "msg": text[:MAX_TEXT]}
    if request_id is not None:
        message["id"] = request_id
    return json_payload(message)
