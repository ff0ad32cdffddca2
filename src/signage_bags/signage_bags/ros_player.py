"""The node that plays a bag: it publishes what was recorded, as it was heard."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from ad_selector.silence import ON_THE_WAY_NS
from rclpy.duration import Duration
from rclpy.exceptions import InvalidTopicNameException
from rclpy.node import Node
from rclpy.parameter import Parameter
from rclpy.qos import ReliabilityPolicy
from rclpy.validate_full_topic_name import validate_full_topic_name
from rosgraph_msgs.msg import Clock
from signage_common.errors import ConfigurationError, SignageError
from signage_common.ros_diagnostics import publish_quietly, steady_timer
from signage_common.ros_node import run_node
from signage_common.ros_params import declare_params
from signage_common.ros_topics import ns_to_stamp
from signage_common.stamps import ns_to_seconds, seconds_to_ns

from signage_bags.bag_reader import Bag, BagMessage, Channel, open_bag
from signage_bags.params import PlayerParams
from signage_bags.playing import Pace, Programme, begin_ns, choose_channels, is_awaited, publishers_reason
from signage_bags.recorded_types import RecordedType
from signage_bags.ros_qos import profile_to_play
from signage_bags.ros_reporter import LogReporter, Reporter
from signage_bags.ros_types import converted, message_type
from signage_bags.topics import CLOCK

CLOCK_S = 1 / 40
TAIL_S = 3.0 + ns_to_seconds(ON_THE_WAY_NS)
"""How long /clock goes on after the last message, so that the selector, which waits for silence, notices it."""
_LOOK_S = 0.1
_SETTLED_S = 1.0
"""The graph is taken to be known when nothing new has been found for so long."""
_MATCH_S = 5.0
_DELIVERY_S = 5.0
_REPORT_S = 0.5


class PlayerNode(Node):
    """Publish the messages of a bag.

    Parameters:
        See ``PlayerParams``.

    Publishers:
        the topics of the bag, as their publishers offered them, and /clock if it is wanted.
    """

    def __init__(self, reporter: Reporter | None = None, **kwargs: Any) -> None:
        """Begin to look for those who listen; the bag is played as soon as they are found.

        Args:
            reporter: is told how it goes; the node's log where none is given.
            kwargs: of ``rclpy.node.Node``.

        Raises:
            SignageError: there is no such bag, or nothing of it can be played.
        """
        super().__init__("player", start_parameter_services=False, **kwargs)
        self._reporter = LogReporter(self) if reporter is None else reporter
        self._params = declare_params(self, PlayerParams)
        self._asked = [topic for topic in self._params.topics if topic]
        self._bag = _opened(self._params.bag)
        self._end_ns = self._bag.end_ns
        try:
            self._begin_ns = begin_ns(self._bag, self._params.start_offset)
            # What can't be played whoever listens is told at once.
            self._playable = self._choose(lambda topic: ()).topics
        except SignageError:
            self._bag.close()
            raise
        self._outlets: dict[tuple[str, str], _Outlet] = {}
        self._clock = self.create_publisher(Clock, CLOCK, 10) if self._params.clock else None
        self._clock_s = 0.0
        self._count = 0
        self._at_ns = self._begin_ns
        self._ending = threading.Event()
        self._is_over = False
        self._problem: SignageError | None = None
        self._reporter.keep(_description(self._bag))
        steady_timer(self, _REPORT_S, self._report)
        self._thread = threading.Thread(target=self._run, name="player", daemon=True)
        self._thread.start()

    def _choose(self, others_of: Callable[[str], Collection[str]]) -> Programme:
        return choose_channels(self._bag.channels, self._asked, others_of, _reason_against, self._params.clock)

    def _publishers_of(self, topic: str) -> list[str]:
        """Return the names of the nodes that publish a topic: before this one does, of other players, too."""
        return [each.node_name for each in self.get_publishers_info_by_topic(topic)]

    def _others_of(self, topic: str) -> list[str]:
        """Return the names of the nodes that publish a topic themselves, but for players."""
        return [name for name in self._publishers_of(topic) if name != self.get_name()]

    def _run(self) -> None:
        """Play the bag, in a thread of its own."""
        try:
            if self._await_listener() and self._open_outlets():
                while self._play() and self._params.loop:
                    pass
                self._finish()
        except SignageError as error:
            self._problem = error
        finally:
            self._is_over = True

    def _await_listener(self) -> bool:
        """Wait until the graph is known and somebody in it listens, but not for ever; return false if it is to end."""
        begin_s = changed_s = time.monotonic()
        before: list[tuple[int, int]] = []
        while self._pause(_LOOK_S):
            now_s = time.monotonic()
            counts = [(self.count_publishers(topic), self.count_subscribers(topic)) for topic in self._playable]
            changed_s = changed_s if counts == before else now_s
            before = counts
            if now_s - changed_s >= _SETTLED_S and self._has_listener():
                return True
            if now_s - begin_s >= max(self._params.wait_s, _SETTLED_S):
                self._reporter.keep("warning: nobody listens to any of it; it is played all the same")
                return True
        return False

    def _has_listener(self) -> bool:
        try:
            topics = self._choose(self._publishers_of).topics
        except SignageError:  # others publish all of it now
            return False
        return any(self.count_subscribers(topic) for topic in topics if is_awaited(topic))

    def _open_outlets(self) -> bool:
        """Make the publishers, and wait until those who listen are connected; return false if it is to end."""
        programme = self._choose(self._publishers_of)
        for line in programme.left_out:
            self._reporter.keep(line)
        for channel in programme.channels:
            self._outlets[channel.topic, channel.type_name] = _Outlet(self, channel)
        self._reporter.keep(f"playing {', '.join(sorted(programme.topics))}")
        end_s = time.monotonic() + _MATCH_S
        while not all(outlet.is_connected() for outlet in self._outlets.values()) and time.monotonic() < end_s:
            if not self._pause(_LOOK_S):
                return False
        return True

    def _play(self) -> bool:
        """Play the bag once; return false if it is to end before."""
        pace = Pace(self._begin_ns, time.monotonic(), self._params.rate)
        for message in self._bag.messages([topic for topic, _ in self._outlets]):
            if message.log_ns < self._begin_ns:
                continue
            if not self._wait(pace, message.log_ns):
                return False
            self._publish(message)
        return self._wait(pace, self._end_ns)

    def _publish(self, message: BagMessage) -> None:
        outlet = self._outlets.get((message.channel.topic, message.channel.type_name))
        if outlet is None:  # another node publishes it by now
            return
        self._at_ns = message.log_ns
        self._publish_clock(message.log_ns)
        outlet.publish(message.data)
        self._count += 1

    def _wait(self, pace: Pace, log_ns: int) -> bool:
        """Wait until a moment of the bag has come, while /clock goes on; return false if the player is to end."""
        due_s = pace.due_s(log_ns)
        while (left_s := due_s - time.monotonic()) > 0:
            if self._ending.wait(left_s if self._clock is None else min(left_s, CLOCK_S)):
                return False
            now_s = time.monotonic()
            if now_s < due_s and now_s - self._clock_s >= CLOCK_S:
                self._publish_clock(pace.bag_ns(now_s))
        return not self._ending.is_set()

    def _pause(self, duration_s: float) -> bool:
        """Let time pass while the bag's stands still; return false if the player is to end."""
        self._publish_clock(self._at_ns)
        return not self._ending.wait(duration_s)

    def _publish_clock(self, time_ns: int) -> None:
        if self._clock is not None:
            self._clock_s = time.monotonic()
            publish_quietly(self._clock, Clock(clock=ns_to_stamp(time_ns)))

    def _finish(self) -> None:
        """Have the last messages arrive, and time go on for whoever waits for silence."""
        for outlet in list(self._outlets.values()):
            outlet.deliver()
        if self._clock is not None and not self._ending.is_set():
            pace = Pace(self._end_ns, time.monotonic(), self._params.rate)
            self._wait(pace, self._end_ns + seconds_to_ns(TAIL_S * self._params.rate))

    def _report(self) -> None:
        """Say how far it is; leave topics to others who publish them by now; end once all is played."""
        if self._problem is not None:
            raise self._problem
        if self._is_over:
            self.context.shutdown()
            return
        self._leave_to_others()
        if self._outlets:
            self._reporter.show(self.progress())

    def _leave_to_others(self) -> None:
        """Play no longer what another node publishes by now, unless it was asked for."""
        for topic, type_name in () if self._asked else tuple(self._outlets):
            reason = publishers_reason(self._others_of(topic))
            if reason:
                del self._outlets[topic, type_name]
                self._reporter.keep(f"{topic} is played no longer: {reason}")

    def progress(self) -> str:
        """Return how far it is."""
        done_s, length_s = (
            ns_to_seconds(self._at_ns - self._bag.start_ns),
            ns_to_seconds(self._end_ns - self._bag.start_ns),
        )
        return f"{self._count:,} messages, {done_s:.1f} of {length_s:.1f} s"

    def destroy_node(self) -> None:
        """End playing, and the node."""
        self._ending.set()
        self._thread.join()
        self._bag.close()
        super().destroy_node()


class _Outlet:
    """Where the messages of one topic go."""

    def __init__(self, node: Node, channel: Channel) -> None:
        self._node = node
        self._topic = channel.topic
        self._type = message_type(channel.type_name)
        recorded = RecordedType(channel)
        self._recorded = recorded if recorded.difference else None
        self._publisher = node.create_publisher(self._type, channel.topic, profile_to_play(channel.qos))
        self._is_reliable = self._publisher.qos_profile.reliability == ReliabilityPolicy.RELIABLE

    def is_connected(self) -> bool:
        """Return whether all who listen to the topic are connected."""
        return bool(self._publisher.get_subscription_count() >= self._node.count_subscribers(self._topic))

    def publish(self, data: bytes) -> None:
        """Publish a message: as it is, or, of another version, with the fields that both versions have."""
        message = data if self._recorded is None else converted(self._recorded.read(data), self._type)
        publish_quietly(self._publisher, message)

    def deliver(self) -> None:
        """Wait until the last message has arrived, where that is told."""
        if self._is_reliable:
            self._publisher.wait_for_all_acked(Duration(seconds=_DELIVERY_S))


def _opened(path: str) -> Bag:
    if not path:
        raise ConfigurationError("parameter bag: expected the folder of a bag, or its file")
    return open_bag(Path(path))


def _reason_against(channel: Channel) -> str:
    """Return why a channel can't be played, or nothing."""
    try:
        validate_full_topic_name(channel.topic)
        message_type(channel.type_name)
    except InvalidTopicNameException:
        return "a topic can't have this name"
    except SignageError as error:
        return str(error)
    return ""


def _description(bag: Bag) -> str:
    length_s = ns_to_seconds(bag.end_ns - bag.start_ns)
    cut = f"; {bag.problem}" if bag.problem else ""
    return f"{bag.path}: {bag.message_count:,} messages in {length_s:.1f} s, on {len(bag.channels)} topics{cut}"


def play(values: Mapping[str, object], reporter: Reporter | None = None) -> int:
    """Play a bag to its end, or until a signal; return the exit status.

    Args:
        values: of ``PlayerParams``, by name.
        reporter: is told how it goes.
    """
    overrides = [Parameter(name, value=value) for name, value in values.items()]
    return run_node(lambda: PlayerNode(reporter, parameter_overrides=overrides), ["player"])


def main() -> None:
    """Run the node as a process."""
    sys.exit(run_node(PlayerNode))
