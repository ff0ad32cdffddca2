"""The node that records the topics of a device as a bag."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ad_selector.params import AdSelectorParams
from rcl_interfaces.srv import GetParameters
from rclpy.event_handler import SubscriptionEventCallbacks
from rclpy.node import Node
from rclpy.parameter import Parameter, parameter_value_to_python
from rclpy.qos import QoSProfile
from rclpy.subscription import MessageInfo, Subscription
from rclpy.task import Future
from rclpy.topic_endpoint_info import TopicEndpointInfo
from signage_common.errors import EXIT_FAILED, without_passwords
from signage_common.params import specs
from signage_common.ros_diagnostics import device_name, steady_timer
from signage_common.ros_node import run_node
from signage_common.ros_params import declare_params
from signage_common.stamps import seconds_to_ns

from signage_bags.bag_writer import BagWriter, SplitLimits
from signage_bags.message_definitions import UnknownTypeError, installed_definition
from signage_bags.params import RecorderParams
from signage_bags.recording import MB, Recording, check_space
from signage_bags.ros_private import message_without_passwords
from signage_bags.ros_qos import profile_to_metadata, profile_to_record
from signage_bags.ros_reporter import LogReporter, Reporter
from signage_bags.ros_types import message_type
from signage_bags.settings import SELECTOR
from signage_bags.topics import FACES, PICTURES_WARNING, SHARED_TOPICS, TopicChoice

LOOK_S = 0.2
"""How often the graph is looked at for topics and publishers that are new."""
_REPORT_S = 1.0
_SILENT_S = 10.0
"""After so long without faces the recording is probably not what was meant."""


class RecorderNode(Node):
    """Record what is published on the topics of a device, and on those that all nodes share.

    Parameters:
        See ``RecorderParams``.

    Subscribers:
        faces, presence, ad, playback, /diagnostics, /parameter_events, /rosout, and what else is asked for: as they
        are, but without the passwords of addresses.

    Attributes:
        folder: the bag.
        recording: what is written.
    """

    _is_recording = False  # until there is a bag: what shuts ROS down ends a node that is half made, too

    def __init__(self, reporter: Reporter | None = None, **kwargs: Any) -> None:
        """Begin to record.

        Args:
            reporter: is told how it goes; the node's log where none is given.
            kwargs: of ``rclpy.node.Node``.

        Raises:
            SignageError: the bag can't be begun.
        """
        super().__init__("recorder", start_parameter_services=False, **kwargs)
        self._reporter = LogReporter(self) if reporter is None else reporter
        self._params = declare_params(self, RecorderParams)
        self._choice = TopicChoice(device_name(self), self._params.images, self._params.all)
        self.folder = Path(self._params.output or default_folder())
        self._topics: dict[str, _RecordedTopic] = {}
        self._left_out: set[str] = set()
        self._start_s = time.monotonic()
        self._is_warned = False
        self._client = self.create_client(GetParameters, f"/{self._choice.device}/{SELECTOR}/get_parameters")
        self._answer: Future | None = None
        self.recording = self._begin()
        self._is_recording = True
        steady_timer(self, LOOK_S, self._look)
        steady_timer(self, _REPORT_S, self._report)

    def _begin(self) -> Recording:
        """Make the bag and say so.

        Raises:
            SignageError: it can't be made.
        """
        min_free_bytes = self._params.min_free_mb * MB
        check_space(self.folder.absolute().parent, min_free_bytes)
        noted = {"device": self._choice.device, "version": version("signage_bags")}
        if self._params.images:
            noted["warning"] = PICTURES_WARNING
            self._reporter.keep(f"warning: {PICTURES_WARNING}")
        limits = SplitLimits(self._params.split_mb * MB, seconds_to_ns(60 * self._params.split_minutes))
        writer = BagWriter(self.folder, noted, limits, os.environ.get("ROS_DISTRO", ""))
        self._reporter.keep(f"recording the device {self._choice.device} to {self.folder}")
        return Recording(writer, min_free_bytes)

    def _look(self) -> None:
        """Subscribe to what is new, ask the selector for what it decides by, and end once there is a reason to."""
        if self.recording.problem is not None:
            raise self.recording.problem
        if self._params.seconds and time.monotonic() - self._start_s >= self._params.seconds:
            self.context.shutdown()
            return
        for topic, types in self.get_topic_names_and_types():
            if self._choice.wants(topic, types[0]) and topic not in self._left_out:
                self._look_at(topic, types[0])
        if self._answer is None and self._client.service_is_ready():
            self._answer = self._client.call_async(GetParameters.Request(names=list(specs(AdSelectorParams))))
            self._answer.add_done_callback(self._on_parameters)

    def _look_at(self, topic: str, type_name: str) -> None:
        publishers = self.get_publishers_info_by_topic(topic)
        if not publishers:
            return
        try:
            if topic not in self._topics:
                self._topics[topic] = _RecordedTopic(self, topic, type_name)
            self._topics[topic].adapt(publishers)
        except UnknownTypeError as error:
            self._left_out.add(topic)
            self._reporter.keep(f"warning: {topic} is not recorded: {error}")

    def _on_parameters(self, answer: Future) -> None:
        response = answer.result()
        if response is None or not response.values:
            return
        values = dict(zip(specs(AdSelectorParams), map(parameter_value_to_python, response.values), strict=False))
        text = without_passwords(json.dumps(values, ensure_ascii=False, default=list))
        self.recording.do(lambda writer: writer.set_custom_data(SELECTOR, text))

    def _report(self) -> None:
        elapsed_s = time.monotonic() - self._start_s
        faces = f"/{self._choice.device}/{FACES}"
        if elapsed_s > _SILENT_S and not self._is_warned and not (faces in self._topics and self._topics[faces].count):
            self._is_warned = True
            self._reporter.keep(f"warning: nothing comes on {faces}; does the system run, in this ROS domain?")
        minutes, seconds = divmod(int(elapsed_s), 60)
        self._reporter.show(f"{self.summary()}, {minutes}:{seconds:02} min")

    def summary(self) -> str:
        """Return what is recorded so far."""
        lost = f", {self.recording.dropped:,} lost: the disk is too slow" if self.recording.dropped else ""
        count, size_mb = self.recording.message_count, self.recording.size_bytes / MB
        return f"{count:,} messages on {len(self._topics)} topics, {size_mb:,.1f} MB{lost}"

    def destroy_node(self) -> None:
        """End the bag, and the node; a second time changes nothing."""
        if self._is_recording:
            self._is_recording = False
            self.recording.close()
            self._reporter.keep(f"{self.folder}: {self.summary()}")
        super().destroy_node()


class _RecordedTopic:
    """A topic that is recorded.

    Attributes:
        count: messages that came.
    """

    def __init__(self, node: RecorderNode, name: str, type_name: str) -> None:
        """Prepare.

        Raises:
            UnknownTypeError: its type is not installed.
        """
        self.count = 0
        self._node = node
        self._name = name
        self._type_name = type_name
        self._type = message_type(type_name)
        self._definition = installed_definition(type_name)
        self._is_shared = name in SHARED_TOPICS
        self._offered: list[dict[str, Any]] = []
        self._asked: QoSProfile | None = None
        self._subscription: Subscription | None = None

    def adapt(self, publishers: Sequence[TopicEndpointInfo]) -> None:
        """Note what each publisher offers, and subscribe so that each of them is heard."""
        offered = [profile_to_metadata(each.qos_profile) for each in publishers]
        new = [each for each in offered if each not in self._offered]
        if not new:
            return
        self._offered += [each for number, each in enumerate(new) if each not in new[:number]]
        noted, name, type_name, definition = list(self._offered), self._name, self._type_name, self._definition
        self._node.recording.do(lambda writer: writer.set_topic(name, type_name, definition, noted))
        self._subscribe(profile_to_record(noted))

    def _subscribe(self, asked: QoSProfile) -> None:
        if asked == self._asked:
            return
        if self._subscription is not None:
            self._node.destroy_subscription(self._subscription)
        self._asked = asked
        quiet = SubscriptionEventCallbacks(use_default_callbacks=False)  # a publisher that offers less is adapted to
        self._subscription = self._node.create_subscription(
            self._type, self._name, self._take, asked, event_callbacks=quiet, raw=True
        )

    def _take(self, data: bytes, info: MessageInfo) -> None:
        """Take a message as it is; its times are those that the middleware has noted."""
        self.count += 1
        log_ns, sent_ns = info["received_timestamp"] or time.time_ns(), info["source_timestamp"]
        if self._is_shared:
            data = message_without_passwords(data, self._type)
        self._node.recording.put(self._name, log_ns, sent_ns if sent_ns > 0 else log_ns, data)


def default_folder() -> str:
    """Return the name of a bag that is not given one: when it was begun, in UTC."""
    return f"recording-{datetime.now(timezone.utc):%Y%m%dT%H%M%SZ}"


def record(device: str, values: Mapping[str, object], reporter: Reporter | None = None) -> int:
    """Record a device until a signal; return the exit status.

    Args:
        device: whose topics are recorded.
        values: of ``RecorderParams``, by name.
        reporter: is told how it goes.
    """
    overrides = [Parameter(name, value=value) for name, value in values.items()]
    return _run(lambda: RecorderNode(reporter, namespace=device, parameter_overrides=overrides), ["recorder"])


def _run(make_node: Callable[[], RecorderNode], argv: Sequence[str] | None = None) -> int:
    """Run the node; what only showed when the bag was ended counts, too."""
    made: list[RecorderNode] = []

    def make() -> Node:
        made.append(make_node())
        return made[0]

    status = run_node(make, argv)
    problem = made[0].recording.problem if made else None
    if problem is None or status:
        return status
    print(f"error: {without_passwords(str(problem))}", file=sys.stderr)
    return EXIT_FAILED


def main() -> None:
    """Run the node as a process."""
    sys.exit(_run(RecorderNode))
