"""The parts of the bridge put together: gateway, catalogue, health, and what the two ports serve."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from aiohttp import web
from signage_catalogue.reload import CatalogueWatch, ReloadResult
from signage_catalogue.serving import LiveCatalogue

from signage_bridge.errors import OperationError
from signage_bridge.gateway import Counts, Gateway, RosSide
from signage_bridge.guard import Guard
from signage_bridge.health import HealthBook, NodeStatus
from signage_bridge.http.app import make_app
from signage_bridge.http.context import HttpContext
from signage_bridge.playback import PlaybackRules, check_playback
from signage_bridge.policy import DEVICE_TYPES, Policy
from signage_bridge.rosbridge.commands import CallService
from signage_bridge.rosbridge.limits import Limits
from signage_bridge.rosbridge.payload import Compression, Content
from signage_bridge.websocket import RosbridgeEndpoint, WebSocketSettings

QUESTION_TIMEOUT_S = 2.0
MAX_QUESTIONS = 16


class RosLink(RosSide, Protocol):
    """What the bridge needs of ROS beyond what the gateway does."""

    def publishers_of(self, topics: Sequence[str]) -> Mapping[str, int]:
        """Return how many nodes publish each topic now."""


@dataclass(frozen=True)
class BridgeSettings:
    """How the bridge is set up.

    Attributes:
        page_dir: folder of the built page.
        rosbridge_port: the port at which rosbridge is served, by this bridge or by another server.
        screens: names of the screens; empty if any name will do.
        limits: bounds of each client.
        sockets: how connections are kept.
    """

    page_dir: Path
    rosbridge_port: int
    screens: Sequence[str]
    limits: Limits
    sockets: WebSocketSettings


class Bridge:
    """Everything between the ROS link and the two ports; lives in the loop that serves them."""

    def __init__(
        self,
        policy: Policy,
        guard: Guard,
        settings: BridgeSettings,
        watch: CatalogueWatch,
        link: RosLink,
        tell: Callable[[ReloadResult], None],
    ) -> None:
        """Put the parts together.

        Args:
            policy: what clients may reach.
            guard: who may connect.
            settings: how the bridge is set up.
            watch: the catalogue.
            link: the ROS side.
            tell: is called with each new catalogue, and with the reason whenever one is refused.
        """
        self._policy = policy
        self._settings = settings
        self._link = link
        self._started_s = time.monotonic()
        self._questions = 0
        self.keeper = LiveCatalogue(watch, tell)
        self.health = HealthBook(policy.devices, policy.watched)
        self._gateway = Gateway(policy, settings.limits, link, time.monotonic, self._check)
        for topic in policy.watched:
            self._gateway.watch(topic, keep=topic.endswith("/ad"))
        self.endpoint = RosbridgeEndpoint(self._gateway, guard, settings.sockets)
        self.page_app: web.Application = make_app(self._context(guard))

    def hear(self, topic: str, content: Content, statuses: Sequence[NodeStatus]) -> None:
        """Take a message from ROS; ``statuses`` is what nodes say about themselves in it."""
        now_s = time.monotonic()
        self.health.note_message(topic, now_s)
        self.health.note_statuses(statuses, now_s)
        self._gateway.deliver(topic, content)

    def counts(self) -> Counts:
        """Return the figures of all clients since the start."""
        return self._gateway.counts()

    def report_health(self) -> tuple[bool, dict[str, Any]]:
        """Return whether all is well, and the report for ``/health``."""
        now_s = time.monotonic()
        health = self.health.sum_up(self._link.publishers_of(self.health.topics), now_s)
        problems = [*health.problems, *([f"catalogue: {self.keeper.problem}"] if self.keeper.problem else [])]
        counts = self.counts()
        return not problems, {
            "status": "degraded" if problems else "ok",
            "problems": problems,
            "devices": list(self._policy.devices),
            "uptime_s": round(now_s - self._started_s, 1),
            "nodes": health.nodes,
            "topics": health.topics,
            "clients": counts.connected,
            "messages": {"delivered": counts.delivered, "dropped": counts.dropped, "refused": counts.refused},
            "creatives": len(self.keeper.media.by_path),
        }

    async def choose_ad(self, estimation: str, device: str) -> Mapping[str, Any]:
        """Ask the selector of a device.

        Raises:
            OperationError: it does not answer, or too many questions wait.
        """
        if self._questions >= MAX_QUESTIONS:
            raise OperationError("too many questions at once")
        service = f"/{device}/choose_ad"
        self._questions += 1
        try:
            return await self._link.call(
                CallService(
                    service=service,
                    name=service,
                    type_name=DEVICE_TYPES["choose_ad"],
                    args={"estimation": estimation, "device": device},
                    timeout_s=QUESTION_TIMEOUT_S,
                    fragment_size=None,
                    compression=Compression.NONE,
                    id=None,
                )
            )
        finally:
            self._questions -= 1

    def _check(self, topic: str, type_name: str, message: Mapping[str, Any]) -> None:
        if type_name == DEVICE_TYPES["playback"]:
            rules = PlaybackRules(self.keeper.creative_names, self._policy.devices, self._settings.screens)
            check_playback(message, rules, time.time_ns())

    def _context(self, guard: Guard) -> HttpContext:
        return HttpContext(
            guard=guard,
            keeper=self.keeper,
            page_dir=self._settings.page_dir,
            rosbridge_port=self._settings.rosbridge_port,
            devices=self._policy.devices,
            screens=self._settings.screens,
            report_health=self.report_health,
            choose_ad=self.choose_ad,
        )
