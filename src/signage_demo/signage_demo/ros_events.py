"""Listen to the decisions, plays and episodes of a device."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable

import rclpy
from rclpy.context import Context
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor
from rclpy.node import Node
from rclpy.signals import SignalHandlerOptions
from signage_common.ros_topics import AD_QOS, PLAYBACK_QOS, PRESENCE_QOS, stamp_to_ns
from signage_msgs.msg import AdPlayback, AdSelection, Presence

from signage_demo.events import Arrival, Decision, Event, Play

_NS_PER_MS = 1e6
_ARGUMENTS = ["--ros-args", "--disable-external-lib-logs"]  # not those of this program; no log file of its own


class EventListener:
    """Hands events to a function, from a thread of its own."""

    def __init__(self, device: str, on_event: Callable[[Event], None]) -> None:
        """Start listening to a device; ``on_event`` is called from another thread."""
        self._on_event = on_event
        self._context = Context()
        rclpy.init(args=_ARGUMENTS, context=self._context, signal_handler_options=SignalHandlerOptions.NO)
        self._node = Node(
            f"demo_{os.getpid()}",
            namespace=device,
            context=self._context,
            enable_rosout=False,
            start_parameter_services=False,
        )
        self._node.create_subscription(AdSelection, "ad", self._on_ad, AD_QOS)
        self._node.create_subscription(AdPlayback, "playback", self._on_playback, PLAYBACK_QOS)
        self._node.create_subscription(Presence, "presence", self._on_presence, PRESENCE_QOS)
        self._executor = SingleThreadedExecutor(context=self._context)
        self._executor.add_node(self._node)
        self._thread = threading.Thread(target=self._spin, name="events", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        rclpy.try_shutdown(context=self._context)
        self._thread.join()
        self._executor.shutdown()
        self._node.destroy_node()

    def _spin(self) -> None:
        with contextlib.suppress(ExternalShutdownException):
            self._executor.spin()

    def _on_ad(self, ad: AdSelection) -> None:
        delay_ms = (stamp_to_ns(ad.decided) - stamp_to_ns(ad.captured)) / _NS_PER_MS
        self._on_event(Decision(ad.episode, ad.estimation, ad.creative, ad.campaign, ad.reason, delay_ms))

    def _on_playback(self, playback: AdPlayback) -> None:
        if playback.event == AdPlayback.STARTED:
            self._on_event(Play(playback.screen, playback.creative, playback.episode))

    def _on_presence(self, presence: Presence) -> None:
        if presence.event == Presence.STARTED:
            self._on_event(Arrival(presence.episode))
