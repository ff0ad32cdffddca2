"""The node that keeps the presence episodes of one device and decides what its screen shows."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import Any

from rclpy.node import Node
from signage_catalogue import CatalogueError, catalogue_paths
from signage_catalogue.reload import CatalogueWatch
from signage_common.health import Health, Level
from signage_common.ros_diagnostics import DiagnosticsPublisher, device_name
from signage_common.ros_node import run_node
from signage_common.ros_params import declare_params
from signage_common.ros_topics import AD_QOS, FACES_QOS, PRESENCE_QOS
from signage_common.stamps import seconds_to_ns
from signage_msgs.msg import AdSelection, FaceArray, Presence
from signage_msgs.srv import ChooseAd

from ad_selector import convert
from ad_selector.log_lines import log_lines
from ad_selector.params import AdSelectorParams
from ad_selector.presence import PresenceChange
from ad_selector.selection import Selection
from ad_selector.selector import Output, Selector

SILENCE_CHECK_S = 0.1
RELOAD_CHECK_S = 0.25


class AdSelectorNode(Node):
    """Notice who is in front of the screen, and answer each presence with one advertisement.

    Parameters:
        catalog, media_root, appear_s, vanish_s, settle_s, on_stay, policy, child_below_years: see ``AdSelectorParams``.

    Publishers:
        presence (signage_msgs/Presence): an episode started, changed or ended.
        ad (signage_msgs/AdSelection): what the screen must show now; latched.
        /diagnostics (diagnostic_msgs/DiagnosticArray): WARN while a changed catalogue is refused.

    Subscribers:
        faces (signage_msgs/FaceArray): the faces of every analysed image.

    Services:
        choose_ad (signage_msgs/ChooseAd): what would be chosen for an audience.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("ad_selector", **kwargs)
        self._device = device_name(self)
        self._params = declare_params(self, AdSelectorParams)
        self._watch = CatalogueWatch(*catalogue_paths(self._params.catalog, self._params.media_root))
        self._selector = Selector(self._device, self._params, self._watch.catalogue, self._now_ns())
        self._images = self._bad_images = self._decisions = 0
        self._received_s = time.monotonic()
        self._last_ns: int | None = None
        self._presence = self.create_publisher(Presence, "presence", PRESENCE_QOS)
        self._ad = self.create_publisher(AdSelection, "ad", AD_QOS)
        self.create_subscription(FaceArray, "faces", self._on_faces, FACES_QOS)
        self.create_service(ChooseAd, "choose_ad", self._on_choose_ad)
        self.create_timer(SILENCE_CHECK_S, self._on_silence_check)
        self.create_timer(RELOAD_CHECK_S, self._on_reload_check)
        self._diagnostics = DiagnosticsPublisher(self, self._health)
        self._publish([self._selector.shown])

    def destroy_node(self) -> None:
        """Stop the watch on the catalogue, then the node."""
        self._watch.close()
        super().destroy_node()

    def _on_faces(self, msg: FaceArray) -> None:
        try:
            observations = convert.msg_to_observations(msg)
        except ValueError as error:
            self._bad_images += 1
            self.get_logger().warning(f"faces dropped: {error}", throttle_duration_sec=1.0)
            return
        self._images += 1
        self._received_s = time.monotonic()
        self._last_ns = observations.stamp_ns
        self._publish(self._selector.observe(observations))

    def _on_silence_check(self) -> None:
        if self._last_ns is not None:
            silent_ns = seconds_to_ns(time.monotonic() - self._received_s)
            self._publish(self._selector.observe_silence(self._last_ns + silent_ns))

    def _on_reload_check(self) -> None:
        news = self._watch.poll()
        if isinstance(news, CatalogueError):
            for line in news.report.splitlines():
                self.get_logger().error(f"catalogue refused, the old one stays: {line}")
        elif news is not None:
            self.get_logger().info(f"catalogue loaded: {news.path}, {len(news.campaigns)} campaigns")
            self._publish(self._selector.replace_catalogue(news, self._now_ns()))
        if news is not None:
            self._diagnostics.publish()

    def _on_choose_ad(self, request: ChooseAd.Request, response: ChooseAd.Response) -> ChooseAd.Response:
        try:
            audience = convert.request_to_audience(request, self._device, self._params.child_below_years)
        except ValueError as error:
            response.message = str(error)
            return response
        now_ns = self._now_ns()
        answer = self._selector.answer(audience, now_ns)
        response.selection = convert.selection_to_msg(answer, audience.device, now_ns)
        response.success = True
        return response

    def _publish(self, outputs: Sequence[Output]) -> None:
        """Publish what happened, then log it: nobody waits for the log."""
        for output in outputs:
            if isinstance(output, PresenceChange):
                self._presence.publish(convert.change_to_msg(output, self._device))
            else:
                self._publish_ad(output)
        for line in (line for output in outputs for line in log_lines(output, self._device)):
            self.get_logger().info(line)

    def _publish_ad(self, selection: Selection) -> None:
        self._decisions += selection.showing == 1
        self._ad.publish(convert.selection_to_msg(selection, self._device, self._now_ns()))

    def _health(self) -> Health:
        catalogue, error = self._watch.catalogue, self._watch.error
        values = {
            "catalogue": catalogue.path,
            "campaigns": len(catalogue.campaigns),
            "episode": self._selector.episode.episode_id if self._selector.episode else "",
            "creative": self._selector.shown.creative.name,
            "decisions": self._decisions,
            "frames": self._images,
            "bad frames": self._bad_images,
        }
        if error is not None:
            return Health(Level.WARN, f"catalogue refused, the old one stays: {error}", values)
        return Health(Level.OK, "selecting", values)

    def _now_ns(self) -> int:
        return int(self.get_clock().now().nanoseconds)


def main() -> None:
    """Run the node as a process."""
    sys.exit(run_node(AdSelectorNode))
