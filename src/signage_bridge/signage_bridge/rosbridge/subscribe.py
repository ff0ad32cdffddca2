"""Operation ``subscribe``: send the client the messages of a topic."""

from __future__ import annotations

from signage_bridge.errors import Level, OperationError
from signage_bridge.rosbridge.commands import Command, Subscribe
from signage_bridge.rosbridge.lane import Lane, Options
from signage_bridge.rosbridge.payload import Compression, available_forms
from signage_bridge.rosbridge.request import Request
from signage_bridge.rosbridge.state import State, Subscribed
from signage_bridge.rosbridge.type_name import normalise_type

MS_PER_S = 1000


def handle(state: State, request: Request, now_s: float) -> list[Command]:
    """Add a subscription; one with an id that is there already replaces it."""
    name = request.text("topic")
    topic = state.policy.resolve_subscribed(name)
    type_name = check_type(state, topic, request.optional_text("type"))
    options = read_options(request)
    subscribed = state.subscribed.get(name)
    if (subscribed is None or request.id not in subscribed.wishes) and (
        state.subscriptions() >= state.limits.subscriptions
    ):
        raise OperationError(f"subscribe: more than {state.limits.subscriptions} subscriptions")
    _add(state, request, name, topic, options)
    return [Subscribe(topic, name, type_name, request.id)]


def check_type(state: State, name: str, wanted: str | None) -> str | None:
    """Return the type of a topic or service; refuse it if the client expects another one."""
    known = state.policy.type_of(name)
    if wanted is None:
        return known
    wanted = normalise_type(wanted)
    if known not in (None, wanted):
        raise OperationError(f"topic {name} has type {known}, not {wanted}")
    return wanted


def read_options(request: Request) -> Options:
    """Read how the client wants its messages."""
    return Options(
        throttle_s=(request.integer("throttle_rate", 0) or 0) / MS_PER_S,
        queue_length=request.integer("queue_length", 0) or None,
        fragment_size=request.integer("fragment_size", 1),
        compression=read_compression(request),
    )


def read_compression(request: Request) -> Compression:
    """Read the form in which the client wants its messages."""
    word = request.optional_text("compression") or "none"
    forms = {form.value: form for form in available_forms()}
    if word not in forms:
        raise request.wrong("compression", "one of " + ", ".join(forms), word)
    return forms[word]


def _add(state: State, request: Request, name: str, topic: str, options: Options) -> None:
    if name not in state.subscribed:
        lane = Lane(options, topic in state.policy.latest, state.limits.queued_messages)
        state.lanes[name] = lane
        state.subscribed[name] = Subscribed(topic, lane)
    state.subscribed[name].wishes[request.id] = options
    state.subscribed[name].merge()
    state.status(Level.INFO, f"subscribed to {topic}", request.id)
