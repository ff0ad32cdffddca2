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
from signage_common.ros_diagnostics import (
    DiagnosticsPublisher,
    device_name,
    guarded,
    publish_quietly,
    steady_timer,
)
from signage_common.ros_node import run_node
from signage_common.ros_outbox import ServiceOutbox
from signage_common.ros_params import declare_params
from signage_common.ros_topics import AD_QOS, FACES_QOS, PRESENCE_QOS
from signage_common.stamps import ns_to_seconds
from signage_msgs.msg import AdSelection, FaceArray, Presence
from signage_msgs.srv import ChooseAd, RecordAudience

from ad_selector import convert
from ad_selector.log_lines import log_lines
from ad_selector.params import AdSelectorParams
from ad_selector.presence import PresenceChange
from ad_selector.selector import Output, Selector
from ad_selector.silence import Clocks, Silence

SILENCE_CHECK_S = 0.1
RELOAD_CHECK_S = 0.25


class AdSelectorNode(Node):
    """Notice who is in front of the screen, and answer each presence with one advertisement.

    Parameters:
        See ``AdSelectorParams``; all but the catalogue's paths and ``journal`` act at once when they are set.

    Publishers:
        presence (signage_msgs/Presence): an episode started, changed or ended.
        ad (signage_msgs/AdSelection): what the screen must show now; latched.
        /diagnostics (diagnostic_msgs/DiagnosticArray): WARN while a changed catalogue is refused, and while the stamps
            of ``faces`` are far off the clock.

    Subscribers:
        faces (signage_msgs/FaceArray): the faces of every analysed image.

    Services:
        choose_ad (signage_msgs/ChooseAd): what would be chosen for an audience.

    Clients:
        record_audience (signage_msgs/RecordAudience): the journal gets ended episodes and decisions until it has them.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("ad_selector", **kwargs)
        self._device = device_name(self)
        self._params = declare_params(self, AdSelectorParams, self._on_params)
        self._watch = CatalogueWatch(*catalogue_paths(self._params.catalog, self._params.media_root))
        self._selector = Selector(self._device, self._params, self._watch.catalogue, self._now_ns())
        self._silence = Silence()
        self._audience_logger = self.get_logger().get_child("audience")
        self._images = self._bad_images = self._bad_requests = self._decisions = 0
        self._presence = self.create_publisher(Presence, "presence", PRESENCE_QOS)
        self._ad = self.create_publisher(AdSelection, "ad", AD_QOS)
        self._outbox = self._make_outbox() if self._params.journal else None
        self.create_subscription(FaceArray, "faces", guarded(self, self._on_faces), FACES_QOS)
        self.create_service(ChooseAd, "choose_ad", guarded(self, self._on_choose_ad))
        steady_timer(self, SILENCE_CHECK_S, guarded(self, self._on_silence_check))
        steady_timer(self, RELOAD_CHECK_S, guarded(self, self._on_reload_check))
        self._diagnostics = DiagnosticsPublisher(self, self._health)
        self._publish([self._selector.shown])

    def destroy_node(self) -> None:
        """Give up what rclpy would keep for as long as there is the object."""
        # A child logger's end is the end of its lines on /rosout, those of a new node with this name included.
        self._audience_logger = self.get_logger()
        super().destroy_node()

    def _make_outbox(self) -> ServiceOutbox[Presence | AdSelection]:
        return ServiceOutbox(self, RecordAudience, "record_audience", convert.audience_to_request)

    def _on_params(self, params: AdSelectorParams) -> None:
        self._params = params
        self._selector.set_params(params)

    def _on_faces(self, msg: FaceArray) -> None:
        try:
            observations = convert.msg_to_observations(msg)
        except convert.MessageError as error:
            self._bad_images += 1
            self.get_logger().warning(f"faces dropped: {error}", throttle_duration_sec=1.0)
            return
        self._images += 1
        self._silence.hear(observations.stamp_ns, self._clocks())
        self._publish(self._selector.observe(observations))

    def _on_silence_check(self) -> None:
        now_ns = self._silence.now_ns(self._clocks())
        if now_ns is not None:
            self._publish(self._selector.observe_silence(now_ns))

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
        except convert.MessageError as error:
            self._bad_requests += 1
            response.message = str(error)
            return response
        now_ns = self._now_ns()
        answer = self._selector.answer(audience, now_ns)
        response.selection = convert.selection_to_msg(answer, audience.device, now_ns)
        response.success = True
        return response

    def _publish(self, outputs: Sequence[Output]) -> None:
        """Publish what happened, then note and log it: nobody waits for journal or log."""
        messages = [self._publish_one(output) for output in outputs]
        if self._outbox is not None:
            for message in filter(convert.is_accounted, messages):
                self._outbox.add(message)
        for line in (line for output in outputs for line in log_lines(output, self._device)):
            self._audience_logger.info(line)

    def _publish_one(self, output: Output) -> Presence | AdSelection:
        if isinstance(output, PresenceChange):
            message = convert.change_to_msg(output, self._device)
            publish_quietly(self._presence, message)
        else:
            self._decisions += output.showing == 1
            message = convert.selection_to_msg(output, self._device, self._now_ns())
            publish_quietly(self._ad, message)
        return message

    def _health(self) -> Health:
        catalogue, error = self._watch.catalogue, self._watch.error
        values = {
            "catalogue": catalogue.path.name,
            "campaigns": len(catalogue.campaigns),
            "episode": self._selector.episode.episode_id if self._selector.episode else "",
            "creative": self._selector.shown.creative.name,
            "decisions": self._decisions,
            "frames": self._images,
            "bad frames": self._bad_images,
            "bad requests": self._bad_requests,
        }
        if self._outbox is not None:
            values |= {"waiting for the journal": self._outbox.waiting, "lost": self._outbox.dropped}
        if error is not None:
            return Health(Level.WARN, f"catalogue refused, the old one stays: {error.public}", values)
        if self._silence.is_recording:
            off_s = ns_to_seconds(self._silence.off_ns)
            how = f"{abs(off_s):.0f} s {'behind' if off_s > 0 else 'ahead of'} the clock, taken as a recording"
            return Health(Level.WARN, f"the stamps of faces are {how}", values)
        if self._outbox is not None and self._outbox.dropped:
            lost = f"{self._outbox.dropped} episodes and decisions are lost: the journal was away for too long"
            return Health(Level.WARN, lost, values)
        return Health(Level.OK, "selecting", values)

    def _clocks(self) -> Clocks:
        return Clocks(self._now_ns(), time.monotonic_ns(), self.get_clock().ros_time_is_active)

    def _now_ns(self) -> int:
        return int(self.get_clock().now().nanoseconds)


def main() -> None:
    """Run the node as a process."""
    sys.exit(run_node(AdSelectorNode))
