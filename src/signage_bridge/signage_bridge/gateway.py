"""Between the clients and the ROS side: who gets which message, and what a client's command leads to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from signage_bridge.errors import Code, OperationError, StatusLevel
from signage_bridge.policy import Policy
from signage_bridge.reports import PLAYBACK_TYPE, RECORD_TYPE, PlaybackReports
from signage_bridge.rosbridge.commands import Advertise, CallService, Command, Publish, Subscribe, Unsubscribe
from signage_bridge.rosbridge.limits import Limits
from signage_bridge.rosbridge.payload import Compression, Content, Publication
from signage_bridge.rosbridge.session import Session

OnUnexpected = Callable[[str, BaseException], None]


class RosSide(Protocol):
    """What the bridge needs of ROS. Every method raises OperationError if it can't do what is asked."""

    async def open_topic(self, topic: str, type_name: str | None) -> bool:
        """Subscribe to a topic; return whether its newest message is to be kept for late subscribers."""

    def close_topic(self, topic: str) -> None:
        """End the subscription to a topic."""

    async def open_publisher(self, topic: str, type_name: str) -> None:
        """Make ready to publish a topic."""

    def check(self, type_name: str, values: Mapping[str, Any]) -> Sequence[str]:
        """Check that values fit a message; return the names of the fields that the client did not give."""

    def publish(self, topic: str, type_name: str, values: Mapping[str, Any]) -> Sequence[str]:
        """Publish a message; return the names of the fields that the client did not give."""

    async def call_service(
        self,
        service: str,
        type_name: str | None,
        args: Mapping[str, Any] | Sequence[Any],
        timeout_s: float | None = None,
        compression: Compression = Compression.NONE,
    ) -> Mapping[str, Any]:
        """Call a service; return the fields of its response as JSON values, or as CBOR values for that form."""


@dataclass(eq=False)
class Client:
    """One connected client.

    Attributes:
        session: its protocol.
        wake: is called when there is something to send to it.
    """

    session: Session
    wake: Callable[[], None]


@dataclass(frozen=True)
class Counts:
    """How many clients are connected, and what became of messages since the start.

    Attributes:
        connected: clients at this moment.
        delivered: messages that were given to a client, each client counted.
        dropped: messages that a client was too slow for.
        refused: operations that were refused.
    """

    connected: int = 0
    delivered: int = 0
    dropped: int = 0
    refused: int = 0


@dataclass
class OpenTopic:
    """A topic that is subscribed to on the ROS side.

    Attributes:
        keeps_newest: whether a late subscriber gets the newest message at once.
        is_permanent: whether it stays open without clients.
        newest: the newest message, if it is kept.
        clients: who subscribes to it.
    """

    keeps_newest: bool = False
    is_permanent: bool = False
    newest: Publication | None = None
    clients: set[Client] = field(default_factory=set)


class Gateway:
    """Shares each ROS message among all clients that subscribe to it.

    Everything here runs in one thread; no method waits for a client.
    """

    def __init__(
        self,
        policy: Policy,
        limits: Limits,
        ros: RosSide,
        clock: Callable[[], float],
        reports: PlaybackReports,
        on_unexpected: OnUnexpected,
    ) -> None:
        """Start without clients.

        Args:
            policy: what clients may reach.
            limits: what each of them may ask for.
            ros: the ROS side.
            clock: seconds that never go back.
            reports: takes what screens report.
            on_unexpected: is told of an error that nobody foresaw, and what was being done; the client lives on.
        """
        self._policy = policy
        self._limits = limits
        self._ros = ros
        self._clock = clock
        self._reports = reports
        self._on_unexpected = on_unexpected
        self._topics: dict[str, OpenTopic] = {}
        self._opening = asyncio.Lock()
        self._early: dict[str, Publication | None] = {}
        self._clients: set[Client] = set()
        self._delivered = self._dropped = self._refused = 0

    def add_permanent_topic(self, topic: str, keeps_newest: bool) -> None:
        """Note that the ROS side subscribes to a topic all the time."""
        self._topics[topic] = OpenTopic(keeps_newest, is_permanent=True)

    def connect(self, wake: Callable[[], None]) -> Client:
        """Add a client."""
        client = Client(Session(self._policy, self._limits), wake)
        self._clients.add(client)
        return client

    def disconnect(self, client: Client) -> None:
        """Forget a client."""
        self._clients.discard(client)
        self._dropped += client.session.dropped
        self._refused += client.session.refused
        for topic in list(self._topics):
            self._leave(client, topic)

    def counts(self) -> Counts:
        """Count over all clients, also those that have left."""
        return Counts(
            connected=len(self._clients),
            delivered=self._delivered,
            dropped=self._dropped + sum(client.session.dropped for client in self._clients),
            refused=self._refused + sum(client.session.refused for client in self._clients),
        )

    def deliver(self, topic: str, content: Content) -> None:
        """Give a ROS message to all clients that subscribe to its topic."""
        entry = self._topics.get(topic)
        publication = Publication(content)
        if entry is None:
            if topic in self._early:  # it comes before the one who opens the topic is told that it is open
                self._early[topic] = publication
            return
        if entry.keeps_newest:
            entry.newest = publication
        for client in entry.clients:
            client.session.deliver(topic, publication, self._clock())
            client.wake()
        self._delivered += len(entry.clients)

    def receive(self, client: Client, data: str | bytes) -> list[Command]:
        """Take one message of a client; return the commands to execute."""
        try:
            return client.session.receive(data, self._clock())
        except Exception as error:
            client.session.refuse(self._unexpected("a client's message", error), None)
            return []
        finally:
            client.wake()

    async def execute(self, client: Client, command: Command) -> None:
        """Carry out a command of a client; tell it if that is not possible."""
        try:
            await self._dispatch(client, command)
        except OperationError as error:
            self._fail(client, command, error)
        except Exception as error:
            self._fail(client, command, self._unexpected(type(command).__name__, error))
        client.wake()

    def _unexpected(self, doing: str, error: Exception) -> OperationError:
        self._on_unexpected(doing, error)
        return OperationError("internal error", Code.INTERNAL)

    def _fail(self, client: Client, command: Command, error: OperationError) -> None:
        if isinstance(command, CallService):
            client.session.fail_call(command, error)
        elif not isinstance(command, Unsubscribe):
            client.session.refuse(error, command.id)

    async def _dispatch(self, client: Client, command: Command) -> None:
        if isinstance(command, Subscribe):
            await self._subscribe(client, command)
        elif isinstance(command, Unsubscribe):
            self._leave(client, command.topic)
        elif isinstance(command, Publish):
            await self._publish(client, command)
        elif isinstance(command, Advertise):
            await self._advertise(client, command)
        else:
            await self._call(client, command)

    async def _subscribe(self, client: Client, command: Subscribe) -> None:
        try:
            await self._open(command)
        except OperationError:
            client.session.cancel_subscription(command.name)
            raise
        if client not in self._clients or command.topic not in client.session.topics:
            self._close_unused(command.topic)
            return
        topic = self._topics[command.topic]
        topic.clients.add(client)
        if topic.newest is not None:
            client.session.deliver_as(command.name, topic.newest, self._clock())

    async def _open(self, command: Subscribe) -> None:
        """Subscribe on the ROS side, one topic at a time, and lose nothing that comes meanwhile."""
        async with self._opening:
            if command.topic in self._topics:
                return
            self._early[command.topic] = None
            try:
                keeps_newest = await self._ros.open_topic(command.topic, command.type_name)
            finally:
                early = self._early.pop(command.topic)
            self._topics[command.topic] = OpenTopic(keeps_newest, newest=early if keeps_newest else None)

    def _leave(self, client: Client, topic: str) -> None:
        entry = self._topics.get(topic)
        if entry is None or (client in self._clients and topic in client.session.topics):
            return
        entry.clients.discard(client)
        self._close_unused(topic)

    def _close_unused(self, topic: str) -> None:
        if not self._topics[topic].clients and not self._topics[topic].is_permanent:
            del self._topics[topic]
            self._ros.close_topic(topic)

    async def _advertise(self, client: Client, command: Advertise) -> None:
        try:
            await self._ros.open_publisher(command.topic, command.type_name)
        except OperationError:
            client.session.cancel_advertisement(command.topic)
            raise

    async def _call(self, client: Client, call: CallService) -> None:
        client.session.answer_call(call, await self._response(call))

    async def _response(self, call: CallService) -> Mapping[str, Any]:
        if call.type_name == RECORD_TYPE:
            return await self._reports.record(call.service, call.args)
        return await self._ros.call_service(call.service, call.type_name, call.args, call.timeout_s, call.compression)

    async def _publish(self, client: Client, command: Publish) -> None:
        if command.type_name == PLAYBACK_TYPE:
            missing = await self._reports.publish(command.topic, command.message)
        else:
            missing = self._ros.publish(command.topic, command.type_name, command.message)
        if missing:
            text = f"publish: {command.topic}: not given and set to its default: {', '.join(missing)}"
            client.session.inform(StatusLevel.WARNING, text, command.id)
        client.session.inform(StatusLevel.INFO, f"published on {command.topic}", command.id)
