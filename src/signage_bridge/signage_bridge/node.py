"""The node that connects the ROS graph with the screens."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Any

from diagnostic_msgs.msg import DiagnosticArray
from rclpy.node import Node
from signage_catalogue.reload import CatalogueWatch, ReloadResult
from signage_common.health import Health, Level
from signage_common.ros_node import DiagnosticsPublisher, declare_params, device_name, run_node

from signage_bridge import setup_params
from signage_bridge.bridge import Bridge
from signage_bridge.convert import RosContent, msg_to_statuses
from signage_bridge.listeners import port_of
from signage_bridge.params import SignageBridgeParams
from signage_bridge.ros_link import RosLink
from signage_bridge.server import ServerThread, Site
from signage_catalogue import Catalogue, catalogue_paths

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
        policy = setup_params.read_policy(params, device_name(self))
        page_dir = setup_params.find_page(params)
        self._watch = CatalogueWatch(*catalogue_paths(params.catalog, params.media_root))
        page, rosbridge = setup_params.take_ports(params)
        self.http_port = port_of(page)
        self.rosbridge_port = port_of(rosbridge) if rosbridge else params.rosbridge_port
        self._server = ServerThread()
        self._link = RosLink(self, policy, self._hear)
        self._bridge = Bridge(
            policy,
            setup_params.read_guard(params, page),
            setup_params.read_settings(params, page_dir, self.rosbridge_port),
            self._watch,
            self._link,
            self._tell,
        )
        sites = [Site(self._bridge.page_app, page)]
        if rosbridge:
            sites.append(Site(self._bridge.endpoint.make_app(), rosbridge, SEND_BUFFER_BYTES))
        self._server.start(sites, [self._bridge.keeper.run], [self._bridge.endpoint.close])
        self._link.open_known()
        DiagnosticsPublisher(self, self._health)
        self._announce(params, page_dir)

    def destroy_node(self) -> None:
        """Close all connections, then the node."""
        self._server.stop()
        self._watch.close()
        super().destroy_node()

    def _announce(self, params: SignageBridgeParams, page_dir: Path) -> None:
        host = f"[{params.bind}]" if ":" in params.bind else params.bind
        self.get_logger().info(f"page {page_dir} at http://{host}:{self.http_port}/")
        if params.serve_rosbridge:
            self.get_logger().info(f"rosbridge at ws://{host}:{self.rosbridge_port}/")
        ports = [self.http_port, *([self.rosbridge_port] if params.serve_rosbridge else [])]
        warning = setup_params.exposure_warning(params.bind, ports)
        if warning:
            self.get_logger().warning(warning)

    def _hear(self, topic: str, message: Any) -> None:
        """Hand a message over to the server's thread; the node's thread does no more with it."""
        content = RosContent(message, self.get_clock().now().nanoseconds)
        statuses = msg_to_statuses(message) if isinstance(message, DiagnosticArray) else []
        self._server.call(partial(self._bridge.hear, topic, content, statuses))

    def _tell(self, news: ReloadResult) -> None:
        if isinstance(news, Catalogue):
            self.get_logger().info(f"catalogue loaded: {news.path}, {len(news.creatives)} creatives")
        else:
            self.get_logger().error(f"catalogue refused, the old one stays: {news}")

    def _health(self) -> Health:
        counts = self._bridge.counts()
        values = {
            "http_port": self.http_port,
            "rosbridge_port": self.rosbridge_port,
            "clients": counts.connected,
            "delivered": counts.delivered,
            "dropped": counts.dropped,
            "refused": counts.refused,
            "creatives": len(self._bridge.keeper.media.by_path),
        }
        problem = self._bridge.keeper.problem
        if problem:
            return Health(Level.WARN, f"catalogue refused: {problem}", values)
        return Health(Level.OK, "serving", values)


def main() -> None:
    """Run the node as a process."""
    sys.exit(run_node(SignageBridgeNode))
