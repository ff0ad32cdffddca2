"""Listen to the graph, and record every message that the metrics need."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import rclpy
from ad_selector.presence import PresenceEvent
from diagnostic_msgs.msg import DiagnosticArray
from rclpy.context import Context
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor
from signage_bridge.playback import PlaybackEvent
from signage_common.domains import reserved_domain
from signage_common.ros_topics import AD_QOS, FACES_QOS, PLAYBACK_QOS, PRESENCE_QOS, stamp_to_ns
from signage_msgs.msg import AdPlayback, AdSelection, FaceArray, Presence

from signage_bench.recording import (
    AnalysedFrame,
    CaptureCount,
    DetectionCost,
    Play,
    PresenceChange,
    Recording,
    Selection,
)

CAMERA = "camera"
FRAMES_KEY = "captured"
FACE_INFERENCE = "face_inference"
DETECTIONS_KEY, DETECTIONS_CPU_KEY = "analysed", "detect_cpu_s"
DISCOVERY_S, POLL_S = 1.5, 0.1
_ARGUMENTS = ["--ros-args", "--disable-external-lib-logs"]  # not those of this program; no log file of its own


class Observer:
    """Turn the messages of one device into the records of a recording."""

    def __init__(self, recording: Recording, screen: str) -> None:
        self._recording = recording
        self._screen = screen

    def subscribe(self, node: Any) -> None:
        """Subscribe a node of the device's namespace to its topics."""
        node.create_subscription(FaceArray, "faces", self._on_faces, FACES_QOS)
        node.create_subscription(Presence, "presence", self._on_presence, PRESENCE_QOS)
        node.create_subscription(AdSelection, "ad", self._on_ad, AD_QOS)
        node.create_subscription(AdPlayback, "playback", self._on_playback, PLAYBACK_QOS)
        node.create_subscription(DiagnosticArray, "/diagnostics", self._on_diagnostics, 10)

    def _on_faces(self, message: Any) -> None:
        self._recording.frames.append(
            AnalysedFrame(
                stamp_ns=stamp_to_ns(message.header.stamp),
                tracks=tuple(int(face.track_id) for face in message.faces),
                fetch_ms=float(message.fetch_ms),
                detect_ms=float(message.detect_ms),
                classify_ms=float(message.classify_ms),
                dropped=int(message.frames_dropped),
            )
        )

    def _on_presence(self, message: Any) -> None:
        event = PresenceEvent(message.event)
        stamp_ns, started_ns = stamp_to_ns(message.stamp), stamp_to_ns(message.started)
        self._recording.presence.append(PresenceChange(stamp_ns, started_ns, message.episode, event))

    def _on_ad(self, message: Any) -> None:
        self._recording.selections.append(
            Selection(
                episode=message.episode,
                creative=message.creative,
                fallback=bool(message.fallback),
                arrived_ns=stamp_to_ns(message.arrived),
                captured_ns=stamp_to_ns(message.captured),
                decided_ns=stamp_to_ns(message.decided),
            )
        )

    def _on_playback(self, message: Any) -> None:
        if message.screen == self._screen:
            event = PlaybackEvent(message.event)
            play = Play(stamp_to_ns(message.stamp), message.screen, message.episode, message.creative, event)
            self._recording.plays.append(play)

    def _on_diagnostics(self, message: Any) -> None:
        for status in message.status:
            values = {item.key: item.value for item in status.values}
            node, time_ns = status.name.partition(": ")[0].rpartition("/")[2], stamp_to_ns(message.header.stamp)
            if node == CAMERA and FRAMES_KEY in values:
                self._recording.captured.append(CaptureCount(time_ns, int(values[FRAMES_KEY])))
            if node == FACE_INFERENCE and DETECTIONS_CPU_KEY in values:
                images, cpu_s = int(values[DETECTIONS_KEY]), float(values[DETECTIONS_CPU_KEY])
                self._recording.detections.append(DetectionCost(time_ns, images, cpu_s))


@contextmanager
def quiet_domain() -> Iterator[int]:
    """Reserve a ROS domain on which nobody is, not even somebody who did not reserve it.

    Raises:
        SignageError: there is none.
    """
    with ExitStack() as reserved:
        domain_id = reserved.enter_context(reserved_domain())
        while not is_quiet(domain_id):
            domain_id = reserved.enter_context(reserved_domain())
        yield domain_id


def is_quiet(domain_id: int) -> bool:
    """Return whether no node was seen on a domain for some time."""
    with bench_node("bench_probe", "", domain_id) as node:
        end_s = time.monotonic() + DISCOVERY_S
        while time.monotonic() < end_s:
            if len(node.get_node_names()) > 1:
                return False
            time.sleep(POLL_S)
    return True


@contextmanager
def bench_node(name: str, namespace: str, domain_id: int) -> Iterator[Any]:
    """Give a node in a context of its own; it sees this machine only."""
    os.environ["ROS_AUTOMATIC_DISCOVERY_RANGE"] = "LOCALHOST"
    context = Context()
    rclpy.init(args=_ARGUMENTS, context=context, domain_id=domain_id)
    node = rclpy.create_node(name, context=context, namespace=namespace)
    try:
        yield node
    finally:
        node.destroy_node()
        rclpy.try_shutdown(context=context)


@contextmanager
def observing(recording: Recording, device: str, screen: str, domain_id: int) -> Iterator[None]:
    """Listen in a thread of its own."""
    with bench_node("bench", device, domain_id) as node:
        Observer(recording, screen).subscribe(node)
        with spinning(node):
            yield


@contextmanager
def spinning(node: Any) -> Iterator[None]:
    """Spin a node in a thread of its own."""
    executor = SingleThreadedExecutor(context=node.context)
    executor.add_node(node)
    thread = threading.Thread(target=_spin, args=[executor], name="observer")
    thread.start()
    try:
        yield
    finally:
        executor.shutdown(timeout_sec=0)
        thread.join()


def _spin(executor: SingleThreadedExecutor) -> None:
    try:
        executor.spin()
    except ExternalShutdownException:
        return
