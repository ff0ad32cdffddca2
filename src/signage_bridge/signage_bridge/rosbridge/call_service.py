"""Operation ``call_service`` and its answer, ``service_response``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from signage_bridge.errors import OperationError
from signage_bridge.rosbridge.commands import CallService, Command
from signage_bridge.rosbridge.payload import Compression, Payload, cbor_payload, json_payload, json_text, png_payload
from signage_bridge.rosbridge.request import Request
from signage_bridge.rosbridge.state import State
from signage_bridge.rosbridge.subscribe import read_compression

MAX_TIMEOUT_S = 60.0


def handle(state: State, request: Request, now_s: float) -> list[Command]:
    """Check the service; whatever is wrong is answered by a failed response beside the status."""
    try:
        call = _read(state, request)
    except OperationError as error:
        state.outbox.reply(response_payload(request.fields.get("service"), request.id, str(error), False))
        raise
    state.pending_calls += 1
    return [call]


def response_payload(
    name: object,
    request_id: str | int | None,
    values: Mapping[str, Any] | str,
    success: bool,
    compression: Compression = Compression.NONE,
) -> Payload:
    """Return the answer to a call: the response's fields, or in words why there is none."""
    message = {"op": "service_response", "service": name, "values": values, "result": success}
    if not isinstance(name, str):
        del message["service"]
    if request_id is not None:
        message["id"] = request_id
    if compression is Compression.CBOR:
        return cbor_payload(message)
    return png_payload(json_text(message)) if compression is Compression.PNG else json_payload(message)


def _read(state: State, request: Request) -> CallService:
    name = request.text("service")
    service = state.policy.resolve_service(name)
    args = request.fields.get("args")
    if args is not None and not isinstance(args, (dict, list)):
        raise request.wrong("args", "an object or an array", args)
    compression = read_compression(request)
    if compression is Compression.CBOR_RAW:
        raise request.wrong("compression", "none, png or cbor", compression.value)
    if state.pending_calls >= state.limits.pending_calls:
        raise OperationError(f"call_service: more than {state.limits.pending_calls} calls are not answered yet")
    return CallService(
        service=service,
        name=name,
        type_name=state.policy.type_of(service),
        args=args or {},
        timeout_s=_timeout_s(request),
        fragment_size=request.integer("fragment_size", 1),
        compression=compression,
        id=request.id,
    )


def _timeout_s(request: Request) -> float | None:
    value = request.fields.get("timeout")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not value <= MAX_TIMEOUT_S:
        raise request.wrong("timeout", f"seconds up to {MAX_TIMEOUT_S:g}", value)
    return float(value) if value > 0 else MAX_TIMEOUT_S
