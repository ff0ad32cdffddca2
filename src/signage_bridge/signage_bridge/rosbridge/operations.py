"""The operations of a client, one function each: what it may ask for, and what the ROS side has to do then."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from signage_bridge.errors import Code, OperationError, StatusLevel
from signage_bridge.rosbridge.commands import Advertise, CallService, Command, Publish, Subscribe, Unsubscribe
from signage_bridge.rosbridge.outbox import SubscribeOptions
from signage_bridge.rosbridge.payload import (
    Compression,
    Payload,
    available_forms,
    cbor_payload,
    json_payload,
    json_text,
    png_payload,
)
from signage_bridge.rosbridge.request import Id, Request
from signage_bridge.rosbridge.state import SessionState

MS_PER_S = 1000
MAX_CALL_TIMEOUT_S = 60.0
_TYPE = re.compile(r"([a-z][a-z0-9_]*)/(?:(msg|srv)/)?([A-Z][A-Za-z0-9]*)")


def subscribe(state: SessionState, request: Request, now_s: float) -> list[Command]:
    """Send the client the messages of a topic; a subscription with an id that is there already is replaced."""
    name = request.text("topic")
    topic = state.policy.resolve_subscribed(name)
    type_name = _checked_type(state, topic, request.optional_text("type"))
    options = _read_options(request)
    is_new = name not in state.subscribed or request.id not in state.subscribed[name].options
    if is_new and state.count_subscriptions() >= state.limits.subscriptions:
        raise OperationError(f"subscribe: more than {state.limits.subscriptions} subscriptions", Code.TOO_MANY)
    state.add_subscription(name, topic, request.id, options)
    state.send_status(StatusLevel.INFO, f"subscribed to {topic}", request.id)
    return [Subscribe(topic, name, type_name, request.id)]


def unsubscribe(state: SessionState, request: Request, now_s: float) -> list[Command]:
    """End the subscription with the request's id; without an id all subscriptions to the topic."""
    name = request.text("topic")
    subscribed = state.subscribed.get(name)
    if subscribed is None or (request.id is not None and request.id not in subscribed.options):
        raise OperationError(f"unsubscribe: no such subscription to {name!r}", Code.UNKNOWN, StatusLevel.WARNING)
    state.send_status(StatusLevel.INFO, f"unsubscribed from {subscribed.topic}", request.id)
    if request.id is not None and len(subscribed.options) > 1:
        subscribed.remove(request.id)
        return []
    return [Unsubscribe(state.remove_topic(name))]


def advertise(state: SessionState, request: Request, now_s: float) -> list[Command]:
    """Let the client publish a topic of a type; ``latch`` and ``queue_size`` have no effect."""
    topic = state.policy.resolve_published(request.text("topic"))
    type_name = _checked_type(state, topic, request.text("type"))
    assert type_name is not None
    if topic not in state.advertised and len(state.advertised) >= state.limits.advertisements:
        raise OperationError(f"advertise: more than {state.limits.advertisements} topics", Code.TOO_MANY)
    if state.advertised.setdefault(topic, type_name) != type_name:
        raise OperationError(f"advertise: {topic} is advertised with type {state.advertised[topic]}, not {type_name}")
    state.send_status(StatusLevel.INFO, f"advertised {topic}", request.id)
    return [Advertise(topic, type_name, request.id)]


def unadvertise(state: SessionState, request: Request, now_s: float) -> list[Command]:
    """Forget that the client advertised a topic."""
    topic = state.policy.resolve_published(request.text("topic"))
    if state.advertised.pop(topic, None) is None:
        raise OperationError(f"unadvertise: {topic} was not advertised", Code.UNKNOWN, StatusLevel.WARNING)
    state.send_status(StatusLevel.INFO, f"unadvertised {topic}", request.id)
    return []


def publish(state: SessionState, request: Request, now_s: float) -> list[Command]:
    """Publish a message of the client; a topic whose type is known need not be advertised."""
    topic = state.policy.resolve_published(request.text("topic"))
    type_name = state.policy.type_of(topic) or state.advertised.get(topic)
    if type_name is None:
        raise OperationError(f"publish: advertise {topic} with its type first")
    message = request.fields.get("msg")
    if not isinstance(message, dict):
        raise request.wrong("msg", "an object", message)
    if not state.publishing.take(now_s):
        text = f"publish: {topic}: too many messages, at most {state.limits.publishes_per_s:g} a second"
        raise OperationError(text, Code.TOO_MANY)
    return [Publish(topic, type_name, message, request.id)]


def call_service(state: SessionState, request: Request, now_s: float) -> list[Command]:
    """Call a service; whatever is wrong is answered by a failed response beside the status."""
    try:
        call = _read_call(state, request, now_s)
    except OperationError as error:
        state.outbox.reply(failed_response(request.fields.get("service"), request.id, error))
        raise
    state.pending_calls += 1
    return [call]


def set_level(state: SessionState, request: Request, now_s: float) -> list[Command]:
    """Set the level of the status messages that the client gets."""
    word = request.text("level")
    levels = {level.word: level for level in StatusLevel}
    if word not in levels:
        raise request.wrong("level", "one of " + ", ".join(levels), word)
    state.level = levels[word]
    state.send_status(StatusLevel.INFO, f"status level {word}", request.id)
    return []


Operation = Callable[[SessionState, Request, float], list[Command]]
OPERATIONS: Mapping[str, Operation] = {
    "advertise": advertise,
    "call_service": call_service,
    "publish": publish,
    "set_level": set_level,
    "subscribe": subscribe,
    "unadvertise": unadvertise,
    "unsubscribe": unsubscribe,
}


def normalise_type(name: str, kind: str = "msg") -> str:
    """Return a type's name in its long form: of ``std_msgs/Int8`` and ``std_msgs/msg/Int8`` the second one.

    Args:
        name: with or without its kind.
        kind: ``msg`` or ``srv``.

    Raises:
        OperationError: it is no type's name, or one of another kind.
    """
    match = _TYPE.fullmatch(name)
    if match is None or match[2] not in (None, kind):
        raise OperationError(f"expected a type such as package/{kind}/Name, got {name!r}")
    return f"{match[1]}/{kind}/{match[3]}"


def service_response(
    name: object,
    request_id: Id,
    values: Mapping[str, Any],
    compression: Compression = Compression.NONE,
) -> Payload:
    """Return the answer to a call: the fields of the response."""
    message = _response(name, request_id, values, True)
    if compression is Compression.CBOR:
        return cbor_payload(message)
    return png_payload(json_text(message)) if compression is Compression.PNG else json_payload(message)


def failed_response(name: object, request_id: Id, error: OperationError) -> Payload:
    """Return the answer to a call that failed: in words why, and ``code`` for programs, as in a ``status``."""
    return json_payload({**_response(name, request_id, str(error), False), "code": error.code.value})


def _response(name: object, request_id: Id, values: Mapping[str, Any] | str, succeeded: bool) -> dict[str, Any]:
    message = {"op": "service_response", "service": name, "values": values, "result": succeeded}
    if not isinstance(name, str):
        del message["service"]
    if request_id is not None:
        message["id"] = request_id
    return message


def _checked_type(state: SessionState, topic: str, wanted: str | None) -> str | None:
    """Return the type of a topic; refuse it if the client expects another one."""
    known = state.policy.type_of(topic)
    if wanted is None:
        return known
    wanted = normalise_type(wanted)
    if known not in (None, wanted):
        raise OperationError(f"topic {topic} has type {known}, not {wanted}")
    return wanted


def _read_options(request: Request) -> SubscribeOptions:
    return SubscribeOptions(
        throttle_s=(request.integer("throttle_rate", 0) or 0) / MS_PER_S,
        queue_length=request.integer("queue_length", 0) or None,
        fragment_size=request.integer("fragment_size", 1),
        compression=_read_compression(request),
    )


def _read_compression(request: Request) -> Compression:
    word = request.optional_text("compression") or "none"
    forms = {form.value: form for form in available_forms()}
    if word not in forms:
        raise request.wrong("compression", "one of " + ", ".join(forms), word)
    return forms[word]


def _read_call(state: SessionState, request: Request, now_s: float) -> CallService:
    name = request.text("service")
    service = state.policy.resolve_service(name)
    args = request.fields.get("args")
    if args is not None and not isinstance(args, (dict, list)):
        raise request.wrong("args", "an object or an array", args)
    compression = _read_compression(request)
    if compression is Compression.CBOR_RAW:
        raise request.wrong("compression", "none, png or cbor", compression.value)
    if state.pending_calls >= state.limits.pending_calls:
        text = f"call_service: more than {state.limits.pending_calls} calls are not answered yet"
        raise OperationError(text, Code.TOO_MANY)
    if not state.calling.take(now_s, _count_items(args or {})):
        text = f"call_service: {service}: too many elements in lists, at most {state.limits.items_per_s:g} a second"
        raise OperationError(text, Code.TOO_MANY)
    return CallService(
        service=service,
        name=name,
        type_name=state.policy.type_of(service),
        args=args or {},
        timeout_s=_read_timeout_s(request),
        fragment_size=request.integer("fragment_size", 1),
        compression=compression,
        id=request.id,
    )


def _count_items(args: dict[str, Any] | list[Any]) -> int:
    """Return how many elements the lists in a call's arguments have; these make its work."""
    values = args.values() if isinstance(args, dict) else args
    return sum(len(value) for value in values if isinstance(value, list))


def _read_timeout_s(request: Request) -> float | None:
    value = request.fields.get("timeout")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not -math.inf < value <= MAX_CALL_TIMEOUT_S:
        raise request.wrong("timeout", f"seconds up to {MAX_CALL_TIMEOUT_S:g}", value)
    return float(value) if value > 0 else MAX_CALL_TIMEOUT_S
