"""The node that connects the ROS graph with the screens."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import partial
from typing import Any

from diagnostic_msgs.msg import DiagnosticArray
from rclpy.node import Node
from signage_catalogue import Catalogue, catalogue_paths
from signage_catalogue.reload import CatalogueWatch, ReloadResult
from signage_common.health import Health, Level
from signage_common.ros_diagnostics import DiagnosticsPublisher, device_name
from signage_common.ros_node import run_node
from signage_common.ros_params import declare_params

from signage_bridge import startup
from signage_bridge.bridge import Bridge
from signage_bridge.convert import RosContent, msg_to_statuses
from signage_bridge.params import SignageBridgeParams
from signage_bridge.ros_link import RosLink
from signage_bridge.server import ServerThread, Site
from signage_bridge.startup import port_of

SEND_BUFFER_BYTES = 131_072


class SignageBridgeNode(Node):
    """Serve the page, its media and rosbridge, and let screens reach a few topics of the graph.

    Parameters: see ``SignageBridgeParams``.

    Publishers:
        playback (signage_msgs/AdPlayback): what the screens report, checked.
        /diagnostics (diagnostic_msgs/DiagnosticArray): clients, messages delivered, dropped and refused.

    Subscribers:
        ad (signage_msgs/AdSelection), presence (signage_msgs/Presence),
        /diagnostics (diagnostic_msgs/DiagnosticArray): given to the screens that subscribe; the parameter
        subscribe_topics may add others, which are subscribed to while a client wants them.

    Clients:
        choose_ad (signage_msgs/ChooseAd): for the HTTP API.

    Attributes:
        http_port: the port that page and media are served at.
        rosbridge_port: the port that rosbridge is served at.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("signage_bridge", **kwargs)
        params = declare_params(self, SignageBridgeParams)
        policy = startup.read_policy(params, device_name(self))
        page_dir = startup.find_page(params)
        self._watch = CatalogueWatch(*catalogue_paths(params.catalog, params.media_root))
        page, rosbridge = startup.take_ports(params)
        self.http_port = port_of(page)
        self.rosbridge_port = port_of(rosbridge) if rosbridge else params.rosbridge_port
        params = replace(params, page_dir=str(page_dir), rosbridge_port=self.rosbridge_port)
        guard = startup.read_guard(params, self.http_port)
        self._server = ServerThread()
        self._link = RosLink(self, policy, self._on_message)
        self._bridge = Bridge(params, policy, guard, self._watch, self._link, self._on_reload)
        sites = [Site(self._bridge.page_app, page)]
        if rosbridge:
            sites.append(Site(self._bridge.endpoint.make_app(), rosbridge, SEND_BUFFER_BYTES))
        self._server.start(sites, [self._bridge.catalogue.run], [self._bridge.endpoint.close])
        self._link.open_known()
        DiagnosticsPublisher(self, self._health)
        self._announce(params)

    def destroy_node(self) -> None:
        """Close all connections, then the node."""
        self._server.stop()
        self._watch.close()
        super().destroy_node()

    def _announce(self, params: SignageBridgeParams) -> None:
        host = f"[{params.bind}]" if ":" in params.bind else params.bind
        self.get_logger().info(f"page {params.page_dir} at http://{host}:{self.http_port}/")
        if params.serve_rosbridge:
            self.get_logger().info(f"rosbridge at ws://{host}:{self.rosbridge_port}/")
        ports = [self.http_port, *([self.rosbridge_port] if params.serve_rosbridge else [])]
        warning = startup.exposure_warning(params.bind, ports)
        if warning:
            self.get_logger().warning(warning)

    def _on_message(self, topic: str, message: Any) -> None:
        """Hand a message over to the server's thread; the node's thread does no more with it."""
        content = RosContent(message, self.get_clock().now().nanoseconds)
        statuses = msg_to_statuses(message) if isinstance(message, DiagnosticArray) else []
        self._server.call(partial(self._bridge.take_message, topic, content, statuses))

    def _on_reload(self, result: ReloadResult) -> None:
        if isinstance(result, Catalogue):
            self.get_logger().info(f"catalogue loaded: {result.path}, {len(result.creatives)} creatives")
        else:
            self.get_logger().error(f"catalogue refused, the old one stays: {result}")

    def _health(self) -> Health:
        counts = self._bridge.counts()
        values = {
            "http_port": self.http_port,
            "rosbridge_port": self.rosbridge_port,
            "clients": counts.connected,
            "delivered": counts.delivered,
            "dropped": counts.dropped,
            "refused": counts.refused,
            "creatives": len(self._bridge.catalogue.media.by_path),
        }
        problem = self._bridge.catalogue.problem
        if problem:
            return Health(Level.WARN, f"catalogue refused: {problem}", values)
        return Health(Level.OK, "serving", values)


def main() -> None:
    """Run the node as a process."""
    sys.exit(run_node(SignageBridgeNode))
