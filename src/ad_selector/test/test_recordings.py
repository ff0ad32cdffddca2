"""A real node is told recorded faces as players of bags do, at any rate: it decides as a replay without a clock."""

import re
import time
from dataclasses import dataclass, field

import pytest
from ad_selector import convert
from ad_selector.node import AdSelectorNode
from ad_selector.params import AdSelectorParams
from ad_selector.presence import PresenceChange
from ad_selector.selector import replay
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from rclpy.serialization import deserialize_message, serialize_message
from rosgraph_msgs.msg import Clock
from sensor_msgs.msg import RegionOfInterest
from signage_catalogue import load_catalogue
from signage_common.ros_topics import AD_QOS, FACES_QOS, PRESENCE_QOS, ns_to_stamp, stamp_to_ns
from signage_common.stamps import NS_PER_S, seconds_to_ns
from signage_msgs.msg import AdSelection, Demographics, Face, FaceArray, Presence

pytestmark = [pytest.mark.graph, pytest.mark.fault]

RECORDED_NS = 1_795_334_399_123_456_789
CATALOGUE = """
version: 1
fallback: [house]
creatives:
  house: {file: house.webm, duration_s: 10}
  a: {file: a.webm, duration_s: 8}
  b: {file: b.webm, duration_s: 6}
campaigns:
  women: {creatives: [a], target: {gender: female}, priority: 10, cap: {plays_per_hour: 1}}
  all: {creatives: [b]}
"""
WOMAN = Demographics(gender=1, gender_confidence=0.9, age_years=25.0, age_spread_years=3.0, decade=3)
MAN = Demographics(gender=2, gender_confidence=0.9, age_years=45.0, age_spread_years=3.0, decade=5)
# An image every 0.45 s: at a rate of 0.4 the next one comes after more than vanish_s of everybody else's time.
VISITS = [WOMAN] * 2 + [None] * 3 + [MAN] * 3 + [None] + [MAN] + [None] * 3
STEP_S = 0.45


def recorded(visits, began_ns=RECORDED_NS):
    """Return a FaceArray for each image."""
    messages = []
    for index, who in enumerate(visits):
        face = Face(track_id=1, state=Face.STATE_DETECTED, box=RegionOfInterest(width=90, height=90))
        message = FaceArray(faces=[] if who is None else [face])
        for each in message.faces:
            each.fused = who
        message.header.stamp = ns_to_stamp(began_ns + seconds_to_ns(index * STEP_S))
        messages.append(message)
    return messages


@dataclass
class Player:
    """A real selector, and a player of recorded faces that hears what it says.

    Attributes:
        clock_ns: the time that the player says on /clock; None without one.
    """

    graph: object
    folder: object
    has_clock: bool
    said: list = field(default_factory=list)
    health: list = field(default_factory=list)

    def __post_init__(self):
        (self.folder / "ads.yaml").write_text(CATALOGUE)
        probe = self.graph.probe()
        probe.create_subscription(AdSelection, "ad", self.said.append, AD_QOS)
        probe.create_subscription(Presence, "presence", self.said.append, PRESENCE_QOS)
        probe.create_subscription(DiagnosticArray, "/diagnostics", lambda msg: self.health.extend(msg.status), 10)
        self.faces = probe.create_publisher(FaceArray, "faces", FACES_QOS)
        self.clock = probe.create_publisher(Clock, "/clock", 1)
        params = {"catalog": str(self.folder / "ads.yaml"), "use_sim_time": self.has_clock}
        self.node = self.graph.add(AdSelectorNode, params=params, namespace="deeplens1")
        self.graph.spin_until(self._is_connected, what="discovery")

    def _is_connected(self):
        hears = self.faces.get_subscription_count() and (self.clock.get_subscription_count() or not self.has_clock)
        return hears and self.said and self.node.count_subscribers("presence")

    def play(self, messages, rate, pauses=()):
        """Publish images as far apart as they were recorded, divided by the rate; wait at some of them, index to s."""
        now_ns = stamp_to_ns(messages[0].header.stamp)
        for index, message in enumerate(messages):
            stamp_ns = stamp_to_ns(message.header.stamp)
            self._let_pass(now_ns, max(stamp_ns - now_ns, 0), rate)
            now_ns = stamp_ns
            read = self.node._images
            self.faces.publish(message)
            self.graph.spin_until(lambda read=read: self.node._images > read, what="image read")
            paused_until_s = time.monotonic() + dict(pauses).get(index, 0.0)
            self.graph.spin_until(lambda end_s=paused_until_s: time.monotonic() > end_s, what="end of the pause")

    def _let_pass(self, from_ns, duration_ns, rate):
        """Let recorded time pass, on /clock if there is one."""
        began_s = time.monotonic()
        passed_ns = 0
        while passed_ns < duration_ns:
            passed_ns = min(seconds_to_ns((time.monotonic() - began_s) * rate), duration_ns)
            self.say_time(from_ns + passed_ns)
            self.graph.executor.spin_once(timeout_sec=0.02)

    def say_time(self, time_ns):
        if self.has_clock:
            self.clock.publish(Clock(clock=ns_to_stamp(time_ns)))

    def decided(self):
        """Return what was said but for the house playlist of the start and the times of deciding."""
        said = list(self.said)
        for message in said:
            if isinstance(message, AdSelection):
                message.decided = ns_to_stamp(0)
        return said[1:]

    def wait_for(self, expected):
        """Wait for as many messages as are expected, and compare, each topic in its order."""
        self.graph.spin_until(lambda: len(self.said) > len(expected), what=f"{len(expected)} messages")
        for kind in (Presence, AdSelection):
            assert of_kind(self.decided(), kind) == of_kind(expected, kind)


def of_kind(messages, kind):
    """Return the messages of one topic as they come out of it: a float32 keeps less than Python does."""
    return [deserialize_message(serialize_message(message), kind) for message in messages if type(message) is kind]


def expected_of(messages, folder):
    """Return what the same images lead to without node, clock and topics."""
    catalogue = load_catalogue(folder / "ads.yaml")
    images = [convert.msg_to_observations(message) for message in messages]
    outputs = list(replay(images, "deeplens1", AdSelectorParams(), catalogue))[1:]
    return [
        convert.change_to_msg(output, "deeplens1")
        if isinstance(output, PresenceChange)
        else convert.selection_to_msg(output, "deeplens1", 0)
        for output in outputs
    ]


@pytest.fixture(params=[False, True], ids=["without /clock", "with /clock"])
def player(request, graph, catalogue_folder):
    return Player(graph, catalogue_folder, request.param)


@pytest.mark.parametrize("rate", [0.4, 1.0, 4.0])
def test_the_rate_does_not_matter(player, rate):
    messages = recorded(VISITS)
    expected = expected_of(messages, player.folder)
    assert [message.event for message in expected if isinstance(message, Presence)] == [1, 3, 1, 3]
    player.play(messages, rate)
    player.wait_for(expected)


def test_a_pause_does_not_matter(player):
    messages = recorded(VISITS)
    player.play(messages, 4.0, pauses={1: 2.5, 6: 1.5})
    player.wait_for(expected_of(messages, player.folder))


@pytest.mark.parametrize("start", [1, 4, 7])
def test_a_recording_may_be_begun_in_the_middle(player, start):
    messages = recorded(VISITS)[start:]
    player.play(messages, 4.0)
    player.wait_for(expected_of(messages, player.folder))


def test_each_turn_of_a_loop_decides_the_same(player):
    """The second turn begins while somebody of the first is in sight: stamps that run backwards end the episode."""
    messages = recorded(VISITS[:8])
    player.play(messages * 2, 4.0)
    turn = expected_of(messages, player.folder)
    first = [message for message in turn if type(message) is not Presence or message.event != Presence.ENDED]
    assert len(turn) > len(first) > 2
    expected = expected_of(messages * 2, player.folder)
    player.play(recorded([None] * 3, RECORDED_NS + 20 * NS_PER_S), 4.0)
    player.wait_for(expected)
    ads = [message for message in player.decided() if type(message) is AdSelection and message.episode]
    assert [ad.reason for ad in ads[: len(ads) // 2]] == [ad.reason for ad in ads[len(ads) // 2 :]]


def test_images_that_fail_to_come_end_the_episode_when_clock_has_gone_on(graph, catalogue_folder):
    player = Player(graph, catalogue_folder, has_clock=True)
    messages = recorded([WOMAN] * 3)
    player.play(messages, 4.0)
    last_ns = stamp_to_ns(messages[-1].header.stamp)
    began_s = time.monotonic()
    graph.spin_until(lambda: time.monotonic() > began_s + 1.5, what="1.5 s in which /clock stands still")
    assert len(player.decided()) == 2, "an episode and its advertisement"
    player.say_time(last_ns + NS_PER_S)
    player.wait_for(expected_of(messages, player.folder))


def test_stamps_that_are_off_the_clock_are_told_and_only_images_end_an_episode(graph, catalogue_folder):
    player = Player(graph, catalogue_folder, has_clock=False)
    player.play(recorded([WOMAN] * 3, time.time_ns() - 3600 * NS_PER_S), 4.0)
    graph.spin_until(lambda: any(status.level == DiagnosticStatus.WARN for status in player.health), what="warning")
    told = {status.message for status in player.health if status.level == DiagnosticStatus.WARN}
    assert any(re.fullmatch(r"the stamps of faces are 3[56]\d\d s behind the clock, .*", text) for text in told)
    assert len(player.decided()) == 2
    player.health.clear()
    player.play(recorded([None] * 3, time.time_ns()), 4.0)
    player.graph.spin_until(lambda: len(player.decided()) == 4, what="end of the episode")
    graph.spin_until(lambda: any(status.level == DiagnosticStatus.OK for status in player.health), what="health")
