"""The parts of the bridge put together: gateway, catalogue, health, and what the two ports serve."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web
from signage_catalogue import Catalogue
from signage_catalogue.reload import CatalogueWatch, ReloadResult
from signage_catalogue.serving import LiveCatalogue
from signage_common.health import Health, Level

from signage_bridge.connections import Port
from signage_bridge.disclosure import Disclosure
from signage_bridge.errors import Code, OperationError
from signage_bridge.gateway import Counts, Gateway, RosSide
from signage_bridge.guard import Guard
from signage_bridge.health import GraphHealth, GraphMonitor, NodeStatus
from signage_bridge.http.app import make_app
from signage_bridge.http.handlers import HttpContext
from signage_bridge.known_creatives import KnownCreatives
from signage_bridge.params import items
from signage_bridge.playback import PlaybackRules
from signage_bridge.policy import DEVICE_TYPES
from signage_bridge.reports import RECORD, PlaybackReports, ReportCounts
from signage_bridge.rosbridge.payload import Content
from signage_bridge.startup import Setup
from signage_bridge.throttled_log import Mishaps
from signage_bridge.websocket import RosbridgeEndpoint

QUESTION_TIMEOUT_S = 2.0
MAX_QUESTIONS = 16
FIGURES_S = 0.5


@dataclass(frozen=True)
class Figures:
    """How it goes at one moment; never changed, so that any thread may read it.

    Attributes:
        counts: clients and their messages.
        most_clients: how many there may be at one time.
        malformed: requests that were no HTTP.
        turned_away: connections that found no room.
        unexpected: errors that nobody foresaw.
        creatives: creatives that are served.
        refusal: why the newest version of the catalogue is refused; empty if it is in use.
        reports: what became of the screens' reports.
        unrecorded: why the journal does not take reports; empty if it does.
        graph: how the whole graph goes.
    """

    counts: Counts
    most_clients: int
    malformed: int
    turned_away: int
    unexpected: int
    creatives: int
    refusal: str
    reports: ReportCounts
    unrecorded: str
    graph: GraphHealth

    @property
    def problems(self) -> list[str]:
        """Return what is wrong with the bridge itself; empty if all is well."""
        refused = [f"catalogue refused: {self.refusal}"] if self.refusal else []
        is_full = self.counts.connected >= self.most_clients
        unrecorded = [self.unrecorded] if self.unrecorded else []
        return [
            *refused,
            *unrecorded,
            *([f"no room for another client: max_clients is {self.most_clients}"] if is_full else []),
        ]

    def health(self) -> Health:
        """Return what the bridge says about itself."""
        problems = [*self.problems, *self.graph.missing]
        if self.unexpected:
            problems.append(f"unexpected errors: {self.unexpected}")
        level = Level.ERROR if self.graph.twins else Level.WARN if problems else Level.OK
        values = {
            "clients": self.counts.connected,
            "delivered": self.counts.delivered,
            "dropped": self.counts.dropped,
            "refused": self.counts.refused,
            "reports_recorded": self.reports.recorded,
            "reports_refused": self.reports.refused,
            "reports_postponed": self.reports.postponed,
            "malformed": self.malformed,
            "turned_away": self.turned_away,
            "unexpected": self.unexpected,
            "creatives": self.creatives,
        }
        return Health(level, "; ".join([*self.graph.twins, *problems, "serving"]), values)


class Bridge:
    """Everything between the ROS side and the two ports; lives in the loop that serves them.

    Attributes:
        figures: the figures of half a second ago at most; all that another thread may read.
        catalogue: the catalogue of this moment.
        endpoint: what the rosbridge port serves.
        page_app: what the HTTP port serves.
    """

    def __init__(
        self,
        setup: Setup,
        guard: Guard,
        watch: CatalogueWatch,
        creatives: KnownCreatives,
        ros: RosSide,
        ports: Sequence[Port],
        mishaps: Mishaps,
        on_reload: Callable[[ReloadResult], None],
    ) -> None:
        """Put the parts together.

        Args:
            setup: what the parameters ask for.
            guard: who may connect.
            watch: the catalogue.
            creatives: what screens may report.
            ros: the ROS side.
            ports: where clients come from.
            mishaps: is told of errors that nobody foresaw.
            on_reload: is called with each new catalogue, and with the reason whenever one is refused.
        """
        policy = setup.policy
        self._policy = policy
        self._ros = ros
        self._ports = ports
        self._mishaps = mishaps
        self._screens = items(setup.params.screens)
        self._disclosure = Disclosure(policy.devices)
        self._started_s = time.monotonic()
        self._questions = 0
        self._has_journal = setup.params.journal
        journals = [f"/{device}/{RECORD}" for device in policy.devices if self._has_journal]
        self._monitor = GraphMonitor(policy.devices, policy.watched, journals)
        self.limits = setup.limits
        self._reports = PlaybackReports(
            ros, self._rules, self._has_journal, time.monotonic, time.time_ns, self._disclosure.text
        )
        self._gateway = Gateway(policy, self.limits, ros, time.monotonic, self._reports, mishaps.record)
        for topic in policy.watched:
            self._gateway.add_permanent_topic(topic, keeps_newest=topic.endswith("/ad"))
        self._creatives = creatives
        self._creatives.take(watch.catalogue.creatives)
        self._on_reload = on_reload
        self.catalogue = LiveCatalogue(watch, self._on_catalogue)
        self.endpoint = RosbridgeEndpoint(self._gateway, guard, self.limits, mishaps)
        self.page_app: web.Application = make_app(self._http_context(setup, guard), mishaps)
        self.figures = self._take_figures()

    @property
    def counted_topics(self) -> list[str]:
        """Return the topics whose publishers are to be counted."""
        return self._monitor.counted_topics

    @property
    def journals(self) -> Sequence[str]:
        """Return the services by which journals keep reports; never changes."""
        return self._monitor.journals

    async def take_figures(self) -> None:
        """Keep the figures up to date until cancelled."""
        while True:
            self.figures = self._take_figures()
            await asyncio.sleep(FIGURES_S)

    def take_message(self, topic: str, content: Content, statuses: Sequence[NodeStatus]) -> None:
        """Take a message from ROS; ``statuses`` is what nodes say about themselves in it."""
        now_s = time.monotonic()
        self._monitor.record_message(topic, now_s)
        self._monitor.record_statuses(statuses, now_s)
        self._gateway.deliver(topic, content)

    def take_publishers(self, publishers: Mapping[str, int]) -> None:
        """Take how many nodes publish each topic now."""
        self._monitor.record_publishers(publishers, time.monotonic())

    def take_services(self, offered: Mapping[str, bool]) -> None:
        """Take whether somebody offers each of the journals' services now."""
        self._monitor.record_services(offered)

    def report_health(self) -> tuple[bool, dict[str, Any]]:
        """Return whether all is well, and the report for ``/health``."""
        now = self._take_figures()
        tell = self._disclosure.text
        problems = [tell(line) for line in (*now.graph.problems, *now.problems)]
        counts = now.counts
        return not problems, {
            "status": "degraded" if problems else "ok",
            "problems": problems,
            "devices": list(self._policy.devices),
            "uptime_s": round(time.monotonic() - self._started_s, 1),
            "nodes": {
                tell(name): {**node, "message": tell(str(node["message"]))} for name, node in now.graph.nodes.items()
            },
            "topics": now.graph.topics,
            "clients": counts.connected,
            "messages": {"delivered": counts.delivered, "dropped": counts.dropped, "refused": counts.refused},
            "reports": {
                "recorded": now.reports.recorded,
                "refused": now.reports.refused,
                "postponed": now.reports.postponed,
            },
            "requests": {"malformed": now.malformed, "turned_away": now.turned_away, "unexpected": now.unexpected},
            "creatives": now.creatives,
        }

    async def choose_ad(self, estimation: str, device: str) -> Mapping[str, Any]:
        """Ask the selector of a device.

        Raises:
            OperationError: it does not answer, or too many questions wait.
        """
        if self._questions >= MAX_QUESTIONS:
            raise OperationError("too many questions at once", Code.TOO_MANY)
        question = {"estimation": estimation, "device": device}
        self._questions += 1
        try:
            return await self._ros.call_service(
                f"/{device}/choose_ad", DEVICE_TYPES["choose_ad"], question, QUESTION_TIMEOUT_S
            )
        finally:
            self._questions -= 1

    def _take_figures(self) -> Figures:
        return Figures(
            counts=self._gateway.counts(),
            most_clients=self.limits.clients,
            malformed=sum(port.malformed for port in self._ports),
            turned_away=sum(port.turned_away for port in self._ports),
            unexpected=self._mishaps.count,
            creatives=len(self.catalogue.media.by_path),
            refusal=self.catalogue.problem,
            reports=replace(self._reports.counts),
            unrecorded=self._reports.problem,
            graph=self._monitor.health(time.monotonic()),
        )

    def _on_catalogue(self, result: ReloadResult) -> None:
        if isinstance(result, Catalogue):
            self._creatives.take(result.creatives)
        self._on_reload(result)

    def _rules(self) -> PlaybackRules:
        return PlaybackRules(self._creatives, self._policy.devices, self._screens)

    def _http_context(self, setup: Setup, guard: Guard) -> HttpContext:
        return HttpContext(
            guard=guard,
            catalogue=self.catalogue,
            page_dir=setup.page_dir,
            rosbridge_port=setup.rosbridge_port,
            public=setup.public,
            devices=self._policy.devices,
            screens=self._screens,
            has_journal=self._has_journal,
            disclosure=self._disclosure,
            report_health=self.report_health,
            choose_ad=self.choose_ad,
        )
