"""The ROS side of the bridge: subscriptions, publishers and service clients of one node, used from another thread."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from typing import Any, TypeVar

from rclpy.impl.implementation_singleton import rclpy_implementation
from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy
from signage_common import ros_topics
from signage_common.ros_diagnostics import guarded

from signage_bridge.convert import args_to_request, import_type, response_to_values, values_to_msg
from signage_bridge.errors import Code, OperationError
from signage_bridge.policy import DEVICE_TYPES, Policy
from signage_bridge.rosbridge.payload import Compression

CALL_TIMEOUT_S = 5.0
READY_TIMEOUT_S = 0.5
READY_LOOK_S = 0.02
DEPTH = 10
OTHER_QOS = QoSProfile(depth=DEPTH)
QOS = {
    "ad": ros_topics.AD_QOS,
    "faces": ros_topics.FACES_QOS,
    "playback": ros_topics.PLAYBACK_QOS,
    "presence": ros_topics.PRESENCE_QOS,
}
InvalidHandle, RCLError = rclpy_implementation.InvalidHandle, rclpy_implementation.RCLError
Result = TypeVar("Result")


class RosThread:
    """Makes and destroys the node's entities where no wait set is being built."""

    def __init__(self, node: Node) -> None:
        self._jobs: deque[tuple[Callable[[], Any], Future[Any]]] = deque()
        self._guard = node.create_guard_condition(self._work)

    async def run(self, job: Callable[[], Result], timeout_s: float = 5.0) -> Result:
        """Run a function in the node's thread and return what it returns.

        Raises:
            OperationError: the node is too busy, or stopped.
        """
        future: Future[Result] = Future()
        self._jobs.append((job, future))
        self._guard.trigger()
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), timeout_s)
        except asyncio.TimeoutError:
            raise OperationError(f"the node did not answer within {timeout_s:g} s", Code.UNAVAILABLE) from None

    def start(self, job: Callable[[], object]) -> None:
        """Run a function in the node's thread, some time."""
        self._jobs.append((job, Future()))
        self._guard.trigger()

    def _work(self) -> None:
        while self._jobs:
            job, future = self._jobs.popleft()
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(job())
            except Exception as error:  # handed to the one who waits for the result
                future.set_exception(error)


class RosLink:
    """Serves the gateway, which lives in an asyncio loop, with the entities of a node that another thread spins.

    The node's thread makes and destroys the entities, and alone looks at the graph; the loop's thread only publishes
    and calls, which rclpy allows to any thread.
    """

    def __init__(self, node: Node, policy: Policy, on_message: Callable[[str, Any], None]) -> None:
        """Take a node.

        Args:
            node: the node.
            policy: what clients may reach.
            on_message: is called in the node's thread with topic and message of everything that comes.
        """
        self._node = node
        self._policy = policy
        self._on_message = on_message
        self._thread = RosThread(node)
        # Changed by the node's thread, read by the loop's: each is one step of a dictionary.
        self._subscriptions: dict[str, Any] = {}
        self._publishers: dict[str, Any] = {}
        self._clients: dict[str, Any] = {}

    def open_known(self) -> None:
        """Make what is known beforehand, so that nothing has to be discovered when a client comes."""
        for topic in self._policy.watched:
            self._add_subscription(topic, self._policy.type_of(topic))
        for topic in sorted(self._policy.publish):
            if (type_name := self._policy.type_of(topic)) is not None:
                self._add_publisher(topic, type_name)
        for device in self._policy.devices:
            self._add_client(f"/{device}/choose_ad", DEVICE_TYPES["choose_ad"])
        for service in sorted(self._policy.services):
            if (type_name := self._policy.type_of(service)) is not None and service not in self._clients:
                self._add_client(service, type_name)

    def count_publishers(self, topics: Sequence[str]) -> dict[str, int]:
        """Return how many nodes publish each topic now; for the node's thread."""
        return {topic: self._node.count_publishers(topic) for topic in topics}

    def find_services(self, services: Sequence[str]) -> dict[str, bool]:
        """Return whether somebody offers each of some known services now; for the node's thread."""
        return {service: self._clients[service].service_is_ready() for service in services}

    async def open_topic(self, topic: str, type_name: str | None) -> bool:
        """Subscribe to a topic as its publishers offer it."""
        if topic in self._subscriptions:
            return False
        qos = await self._thread.run(lambda: self._add_subscription(topic, type_name))
        return bool(qos.durability == DurabilityPolicy.TRANSIENT_LOCAL)

    def close_topic(self, topic: str) -> None:
        """End a subscription."""
        subscription = self._subscriptions.pop(topic, None)
        if subscription is not None:
            self._thread.start(lambda: self._node.destroy_subscription(subscription))

    async def open_publisher(self, topic: str, type_name: str) -> None:
        """Make ready to publish a topic."""
        if topic not in self._publishers:
            await self._thread.run(lambda: self._add_publisher(topic, type_name))

    def check(self, type_name: str, values: Mapping[str, Any]) -> list[str]:
        """Check that a client's values fit a message."""
        return values_to_msg(import_type(type_name), values, self._now_ns())[1]

    def publish(self, topic: str, type_name: str, values: Mapping[str, Any]) -> list[str]:
        """Publish a client's message."""
        message, missing = values_to_msg(import_type(type_name), values, self._now_ns())
        if topic not in self._publishers:
            raise OperationError(f"{topic} is not advertised")
        try:
            self._publishers[topic].publish(message)
        except (InvalidHandle, RCLError):
            if self._node.context.ok():
                raise
            raise OperationError("the bridge is stopping", Code.UNAVAILABLE) from None
        return missing

    async def call_service(
        self,
        service: str,
        type_name: str | None,
        args: Mapping[str, Any] | Sequence[Any],
        timeout_s: float | None = None,
        compression: Compression = Compression.NONE,
    ) -> dict[str, Any]:
        """Call a service and wait for the answer."""
        if service not in self._clients:
            await self._thread.run(functools.partial(self._add_client, service, type_name))
        client = self._clients[service]
        request = args_to_request(client.srv_type, args, self._now_ns())
        await self._wait_until_ready(client, service)
        response = await self._answer(client, request, timeout_s or CALL_TIMEOUT_S)
        return response_to_values(response, compression)

    def _add_subscription(self, topic: str, type_name: str | None) -> QoSProfile:
        message_type = import_type(type_name or self._graph_type(topic))
        qos = self._qos(topic)

        def on_message(message: Any) -> None:
            self._on_message(topic, message)

        self._subscriptions[topic] = ros_topics.create_subscription(
            self._node, message_type, topic, guarded(self._node, on_message), qos
        )
        return qos

    def _add_publisher(self, topic: str, type_name: str) -> None:
        qos = QOS.get(topic.rpartition("/")[2], OTHER_QOS) if self._policy.type_of(topic) else OTHER_QOS
        self._publishers[topic] = ros_topics.create_publisher(self._node, import_type(type_name), topic, qos)

    def _add_client(self, service: str, type_name: str | None) -> None:
        service_type = import_type(type_name or self._graph_type(service, is_service=True))
        self._clients[service] = self._node.create_client(service_type, service, qos_profile=ros_topics.RECORD_QOS)

    def _qos(self, topic: str) -> QoSProfile:
        """Return the quality that a device's topic has, else one that every publisher offers; those to come, too."""
        name = topic.rpartition("/")[2]
        if self._policy.type_of(topic) and name in QOS:
            return QOS[name]
        offers = [info.qos_profile for info in self._node.get_publishers_info_by_topic(topic)]
        reliable = offers and all(offer.reliability == ReliabilityPolicy.RELIABLE for offer in offers)
        latched = offers and all(offer.durability == DurabilityPolicy.TRANSIENT_LOCAL for offer in offers)
        return QoSProfile(
            depth=DEPTH,
            reliability=ReliabilityPolicy.RELIABLE if reliable else ReliabilityPolicy.BEST_EFFORT,
            durability=DurabilityPolicy.TRANSIENT_LOCAL if latched else DurabilityPolicy.VOLATILE,
        )

    def _graph_type(self, name: str, is_service: bool = False) -> str:
        """Return the type of a topic or service that the graph knows."""
        known = self._node.get_service_names_and_types() if is_service else self._node.get_topic_names_and_types()
        types = dict(known).get(name, [])
        if len(types) != 1:
            text = f"expected the type of {name}, because the graph knows {len(types)} types of it"
            raise OperationError(text, Code.UNKNOWN)
        return str(types[0])

    def _now_ns(self) -> int:
        return int(self._node.get_clock().now().nanoseconds)

    async def _wait_until_ready(self, client: Any, service: str) -> None:
        for _ in range(round(READY_TIMEOUT_S / READY_LOOK_S)):
            if client.service_is_ready():
                return
            await asyncio.sleep(READY_LOOK_S)
        raise OperationError(f"service {service} is not there", Code.UNAVAILABLE)

    async def _answer(self, client: Any, request: Any, timeout_s: float) -> Any:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Any] = loop.create_future()
        pending = client.call_async(request)
        pending.add_done_callback(functools.partial(_hand_over_in, loop, answer))
        try:
            return await asyncio.wait_for(answer, timeout_s)
        except asyncio.TimeoutError:
            text = f"service {client.srv_name} did not answer within {timeout_s:g} s"
            raise OperationError(text, Code.UNAVAILABLE) from None
        finally:
            client.remove_pending_request(pending)


def _hand_over_in(loop: asyncio.AbstractEventLoop, answer: asyncio.Future[Any], done: Any) -> None:
    with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
        loop.call_soon_threadsafe(_hand_over, answer, done)


def _hand_over(answer: asyncio.Future[Any], done: Any) -> None:
    if answer.done():
        return
    if done.exception() is not None:
        answer.set_exception(OperationError(f"service call failed: {done.exception()}", Code.UNAVAILABLE))
    else:
        answer.set_result(done.result())
