"""The node while the clock of its machine is set: a process whose clock libfaketime sets, and nobody else's."""

import sys
import time

import pytest
from diagnostic_msgs.msg import DiagnosticArray
from sensor_msgs.msg import RegionOfInterest
from signage_common.process_testing import ProgramClock, ProgramUnderTest
from signage_common.ros_topics import AD_QOS, FACES_QOS, PRESENCE_QOS, ns_to_stamp, stamp_to_ns
from signage_common.stamps import seconds_to_ns
from signage_msgs.msg import AdSelection, Demographics, Face, FaceArray, Presence

pytestmark = [pytest.mark.graph, pytest.mark.fault]

COMMAND = [sys.executable, "-c", "from ad_selector.node import main; main()", "--ros-args", "-r", "__ns:=/deeplens1"]
CATALOGUE = """
version: 1
fallback: [house]
creatives: {house: {file: house.webm, duration_s: 10}, a: {file: a.webm, duration_s: 8}}
campaigns: {all: {creatives: [a]}}
"""
WOMAN = Demographics(gender=1, gender_confidence=0.9, age_years=25.0, age_spread_years=3.0, decade=3)


class Machine:
    """A machine with a clock of its own, a camera that goes by it, and a selector."""

    def __init__(self, graph, folder):
        self.graph = graph
        self.offset_s = 0
        self.ads, self.presence, self.health = [], [], []
        probe = graph.probe()
        probe.create_subscription(AdSelection, "ad", self.ads.append, AD_QOS)
        probe.create_subscription(Presence, "presence", self.presence.append, PRESENCE_QOS)
        probe.create_subscription(DiagnosticArray, "/diagnostics", self.health.append, 10)
        self.faces = probe.create_publisher(FaceArray, "faces", FACES_QOS)
        self.clock = ProgramClock(folder)
        (folder / "ads.yaml").write_text(CATALOGUE)
        self.env = {**graph.env, **self.clock.env}
        self.command = [*COMMAND, "-p", f"catalog:={folder / 'ads.yaml'}"]

    def set_clock(self, offset_s):
        """Set the clock to so many seconds from the right time."""
        self.offset_s = offset_s
        self.clock.set(offset_s)

    def show(self, faces, until, what):
        """Publish an image ten times a second, stamped by the machine's clock, until something has happened."""
        due_s = time.monotonic()

        def goes_on():
            nonlocal due_s
            if time.monotonic() >= due_s:
                due_s = time.monotonic() + 0.1
                message = FaceArray(faces=faces)
                message.header.stamp = ns_to_stamp(time.time_ns() + seconds_to_ns(self.offset_s))
                self.faces.publish(message)
            return until()

        self.graph.spin_until(goes_on, what=what)


@pytest.fixture
def machine(graph, catalogue_folder):
    return Machine(graph, catalogue_folder)


@pytest.mark.parametrize("offset_s", [-3600, 3600])
def test_a_clock_that_is_set_stops_nothing(machine, offset_s):
    """Whoever watches while the clock is set: the advertisement goes when the camera falls silent, and all goes on."""
    face = Face(track_id=1, state=Face.STATE_DETECTED, box=RegionOfInterest(width=99, height=99), fused=WOMAN)
    graph = machine.graph
    with ProgramUnderTest(machine.command, machine.env) as program:
        graph.spin_until(lambda: machine.ads and machine.health, what="house playlist and health")
        machine.show([face], lambda: len(machine.ads) == 2, "advertisement")
        machine.set_clock(offset_s)
        machine.health.clear()
        graph.spin_until(lambda: len(machine.ads) == 3, what="fallback after silence")
        graph.spin_until(lambda: machine.presence[-1].event == Presence.ENDED, what="end of the episode")
        graph.spin_until(lambda: len(machine.health) >= 3, what="health goes on")
        machine.show([face], lambda: len(machine.ads) == 4, "advertisement by the new time")
        machine.set_clock(0)
        machine.show([face], lambda: len(machine.ads) == 6, "the end of that episode, and another one, by the old time")
        graph.spin_until(lambda: len(machine.ads) == 7, what="fallback after silence")
        assert program.end() in machine.clock.ends, program.errors
    assert [ad.fallback for ad in machine.ads] == [True, False] * 3 + [True]
    starts_s = [stamp_to_ns(ad.arrived) / 1e9 for ad in machine.ads if not ad.fallback]
    assert starts_s[1] - starts_s[0] == pytest.approx(offset_s, abs=60)
    assert starts_s[2] - starts_s[1] == pytest.approx(-offset_s, abs=60)
    graph.spin_until(lambda: len(machine.presence) >= 6, what="all changes of presence")
    episodes = [change.episode for change in machine.presence if change.event == Presence.STARTED]
    assert len(episodes) == len(set(episodes)) == 3
