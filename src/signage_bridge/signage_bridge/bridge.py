"""The parts of the bridge put together: gateway, catalogue, health, and what the two ports serve."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from aiohttp import web
from signage_catalogue.reload import CatalogueWatch, ReloadResult
from signage_catalogue.serving import LiveCatalogue

from signage_bridge.errors import OperationError
from signage_bridge.gateway import Counts, Gateway, RosSide
from signage_bridge.guard import Guard
from signage_bridge.health import GraphMonitor, NodeStatus
from signage_bridge.http.app import make_app
from signage_bridge.http.handlers import HttpContext
from signage_bridge.params import SignageBridgeParams, items
from signage_bridge.playback import PlaybackRules, check_playback
from signage_bridge.policy import DEVICE_TYPES, Policy
from signage_bridge.rosbridge.limits import Limits
from signage_bridge.rosbridge.payload import Content
from signage_bridge.websocket import RosbridgeEndpoint

QUESTION_TIMEOUT_S = 2.0
MAX_QUESTIONS = 16


class Bridge:
    """Everything between the ROS side and the two ports; lives in the loop that serves them.

    Attributes:
        catalogue: the catalogue of this moment.
        endpoint: what the rosbridge port serves.
        page_app: what the HTTP port serves.
    """

    def __init__(
        self,
        params: SignageBridgeParams,
        policy: Policy,
        guard: Guard,
        watch: CatalogueWatch,
        ros: RosSide,
        on_reload: Callable[[ReloadResult], None],
    ) -> None:
        """Put the parts together.

        Args:
            params: the node's parameters, with the folder of the page and the ports that were found.
            policy: what clients may reach.
            guard: who may connect.
            watch: the catalogue.
            ros: the ROS side.
            on_reload: is called with each new catalogue, and with the reason whenever one is refused.
        """
        self._policy = policy
        self._ros = ros
        self._screens = items(params.screens)
        self._started_s = time.monotonic()
        self._questions = 0
        self._monitor = GraphMonitor(policy.devices, policy.watched)
        limits = Limits(message_bytes=params.max_message_bytes, queued_bytes=params.max_queued_bytes)
        self._gateway = Gateway(policy, limits, ros, time.monotonic, self._check)
        for topic in policy.watched:
            self._gateway.add_permanent_topic(topic, keeps_newest=topic.endswith("/ad"))
        self.catalogue = LiveCatalogue(watch, on_reload)
        self.endpoint = RosbridgeEndpoint(self._gateway, guard, params)
        self.page_app: web.Application = make_app(self._http_context(params, guard))

    def take_message(self, topic: str, content: Content, statuses: Sequence[NodeStatus]) -> None:
        """Take a message from ROS; ``statuses`` is what nodes say about themselves in it."""
        now_s = time.monotonic()
        self._monitor.record_message(topic, now_s)
        self._monitor.record_statuses(statuses, now_s)
        self._gateway.deliver(topic, content)

    def counts(self) -> Counts:
        """Count over all clients, also those that have left."""
        return self._gateway.counts()

    def report_health(self) -> tuple[bool, dict[str, Any]]:
        """Return whether all is well, and the report for ``/health``."""
        now_s = time.monotonic()
        health = self._monitor.health(self._ros.publishers_of(self._monitor.topics), now_s)
        refusal = self.catalogue.problem
        problems = [*health.problems, *([f"catalogue: {refusal}"] if refusal else [])]
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
            "creatives": len(self.catalogue.media.by_path),
        }

    async def choose_ad(self, estimation: str, device: str) -> Mapping[str, Any]:
        """Ask the selector of a device.

        Raises:
            OperationError: it does not answer, or too many questions wait.
        """
        if self._questions >= MAX_QUESTIONS:
            raise OperationError("too many questions at once")
        question = {"estimation": estimation, "device": device}
        self._questions += 1
        try:
            return await self._ros.call_service(
                f"/{device}/choose_ad", DEVICE_TYPES["choose_ad"], question, QUESTION_TIMEOUT_S
            )
        finally:
            self._questions -= 1

    def _check(self, topic: str, type_name: str, message: Mapping[str, Any]) -> None:
        if type_name == DEVICE_TYPES["playback"]:
            rules = PlaybackRules(self.catalogue.creative_names, self._policy.devices, self._screens)
            check_playback(message, rules, time.time_ns())

    def _http_context(self, params: SignageBridgeParams, guard: Guard) -> HttpContext:
        return HttpContext(
            guard=guard,
            catalogue=self.catalogue,
            page_dir=Path(params.page_dir),
            rosbridge_port=params.rosbridge_port,
            devices=self._policy.devices,
            screens=self._screens,
            report_health=self.report_health,
            choose_ad=self.choose_ad,
        )
