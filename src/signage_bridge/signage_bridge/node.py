"""The node that connects the ROS graph with the screens."""

from __future__ import annotations

import socket
import sys
import time
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import Any

from diagnostic_msgs.msg import DiagnosticArray
from rclpy.node import Node
from signage_catalogue import Catalogue, catalogue_paths
from signage_catalogue.reload import CatalogueWatch, ReloadResult
from signage_common.health import Health
from signage_common.ros_diagnostics import DiagnosticsPublisher, device_name, steady_timer
from signage_common.ros_node import run_node
from signage_common.ros_params import declare_params

from signage_bridge import startup
from signage_bridge.bridge import Bridge
from signage_bridge.connections import Port
from signage_bridge.convert import RosContent, disclose_diagnostics, msg_to_statuses
from signage_bridge.disclosure import Disclosure
from signage_bridge.known_creatives import KnownCreatives
from signage_bridge.params import SignageBridgeParams
from signage_bridge.ros_link import RosLink
from signage_bridge.rosbridge.limits import Limits
from signage_bridge.server import ServerThread, Site
from signage_bridge.startup import Setup, address_of, port_of
from signage_bridge.throttled_log import LibraryLogs, Mishaps, ThrottledLog

SEND_BUFFER_BYTES = 131_072
GRAPH_LOOK_S = 1.0


class SignageBridgeNode(Node):
    """Serve the page, its media and rosbridge, and let screens reach a few topics of the graph.

    Parameters: see ``SignageBridgeParams``.

    Publishers:
        playback (signage_msgs/AdPlayback): what the screens report, checked, and durable where there is a journal.
        /diagnostics (diagnostic_msgs/DiagnosticArray): clients, messages delivered, dropped and refused; which nodes
        of the device are silent.

    Subscribers:
        ad (signage_msgs/AdSelection), presence (signage_msgs/Presence),
        /diagnostics (diagnostic_msgs/DiagnosticArray): given to the screens that subscribe; the parameter
        subscribe_topics may add others, which are subscribed to while a client wants them.

    Clients:
        choose_ad (signage_msgs/ChooseAd): for the HTTP API.
        record_playback (signage_msgs/RecordPlayback): with a journal, keeps what the screens report.

    Attributes:
        http_port: the port that page and media are served at.
        rosbridge_port: the port that rosbridge is served at.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("signage_bridge", **kwargs)
        self._closing = ExitStack()
        try:
            self._start()
        except BaseException:
            self.destroy_node()
            raise

    def destroy_node(self) -> None:
        """Close all connections, then the node."""
        self._closing.close()
        super().destroy_node()

    def _start(self) -> None:
        params = declare_params(self, SignageBridgeParams, self._on_params)
        setup = startup.read_setup(params, device_name(self))
        watch = CatalogueWatch(*catalogue_paths(params.catalog, params.media_root))
        self._closing.callback(watch.close)
        page, rosbridge = startup.take_ports(params)
        listeners = [each for each in (page, rosbridge) if each is not None]
        for listener in listeners:
            self._closing.enter_context(listener)
        self.http_port = port_of(page)
        self.rosbridge_port = port_of(rosbridge) if rosbridge else params.rosbridge_port
        setup = replace(setup, rosbridge_port=self.rosbridge_port)
        self._disclosure = Disclosure(setup.policy.devices)
        self._link = RosLink(self, setup.policy, self._on_message)
        self._serve(setup, watch, listeners)
        self._link.open_known()
        steady_timer(self, GRAPH_LOOK_S, self._look_at_graph)
        self._diagnostics = DiagnosticsPublisher(self, self._health)
        self._announce(setup, [address_of(listener) for listener in listeners])

    def _serve(self, setup: Setup, watch: CatalogueWatch, listeners: list[socket.socket]) -> None:
        log = ThrottledLog(lambda line: self.get_logger().warning(line), time.monotonic)
        self._closing.enter_context(LibraryLogs(log))
        mishaps = Mishaps(log)
        ports = self._make_ports(listeners, setup.limits, log)
        guard = startup.read_guard(setup.params, self.http_port)
        creatives = KnownCreatives(setup.creatives_file, lambda line: self.get_logger().warning(line))
        bridge = self._bridge = Bridge(setup, guard, watch, creatives, self._link, ports, mishaps, self._on_reload)
        apps = [bridge.page_app, bridge.endpoint.make_app()]
        buffers = [None, SEND_BUFFER_BYTES]
        sites = [Site(*each) for each in zip(apps, ports, listeners, buffers, strict=False)]
        self._server = ServerThread(mishaps)
        self._closing.callback(self._server.stop)
        jobs = [bridge.catalogue.run, bridge.take_figures, bridge.endpoint.watch_heartbeats]
        self._server.start(sites, jobs, [bridge.endpoint.close])

    def _make_ports(self, listeners: list[socket.socket], limits: Limits, log: ThrottledLog) -> list[Port]:
        files = startup.raise_file_limit()
        if (shares := startup.share_of_files(files, limits)) != startup.share_of_files(startup.MAX_FILES, limits):
            text = f"at most {files} files may be open, so that there may be {shares[0]} connections to the page "
            self.get_logger().warning(f"{text}and {shares[1]} to rosbridge; ulimit -n raises it")
        page = Port(listeners[0], lambda: startup.share_of_files(files, limits)[0], log)
        return [page, *(Port(each, lambda: startup.share_of_files(files, limits)[1], log) for each in listeners[1:])]

    def _announce(self, setup: Setup, hosts: list[str]) -> None:
        self.get_logger().info(f"page {setup.page_dir} at http://{hosts[0]}:{self.http_port}/")
        if setup.params.serve_rosbridge:
            self.get_logger().info(f"rosbridge at ws://{hosts[1]}:{self.rosbridge_port}/")
        if setup.public:
            self.get_logger().info(f"others reach the page at {setup.public.origin}/")
        ports = [self.http_port, *([self.rosbridge_port] if setup.params.serve_rosbridge else [])]
        warning = startup.exposure_warning(hosts[0].strip("[]"), ports)
        if warning:
            self.get_logger().warning(warning)

    def _on_params(self, params: SignageBridgeParams) -> None:
        """Hand new limits over to the server's thread, which alone changes them."""
        self._server.call(partial(startup.apply_limits, params, self._bridge.limits))

    def _on_message(self, topic: str, message: Any) -> None:
        """Hand a message over to the server's thread; the node's thread does no more with it."""
        statuses = []
        if isinstance(message, DiagnosticArray):
            statuses = msg_to_statuses(message)
            message = disclose_diagnostics(message, self._disclosure)
        content = RosContent(message, self.get_clock().now().nanoseconds)
        self._server.call(partial(self._bridge.take_message, topic, content, statuses))

    def _look_at_graph(self) -> None:
        """Look at the graph for the server's thread, which does not do so itself."""
        publishers = self._link.count_publishers(self._bridge.counted_topics)
        self._server.call(partial(self._bridge.take_publishers, publishers))
        offered = self._link.find_services(self._bridge.journals)
        self._server.call(partial(self._bridge.take_services, offered))

    def _on_reload(self, result: ReloadResult) -> None:
        if isinstance(result, Catalogue):
            self.get_logger().info(f"catalogue loaded: {result.path}, {len(result.creatives)} creatives")
        else:
            self.get_logger().error(f"catalogue refused, the old one stays: {result}")

    def _health(self) -> Health:
        health = self._bridge.figures.health()
        values = {"http_port": self.http_port, "rosbridge_port": self.rosbridge_port, **health.values}
        return replace(health, values=values)


def main() -> None:
    """Run the node as a process."""
    sys.exit(run_node(SignageBridgeNode))
