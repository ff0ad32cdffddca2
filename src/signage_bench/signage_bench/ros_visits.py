"""Show people to a real selector, ten images a second, and hear what it decides."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from ad_selector.presence import PresenceEvent
from sensor_msgs.msg import RegionOfInterest
from signage_common.demographics import Decade, Gender
from signage_common.ros_topics import AD_QOS, FACES_QOS, PRESENCE_QOS, ns_to_stamp, stamp_to_ns
from signage_msgs.msg import AdSelection, Demographics, Face, FaceArray, Presence
from signage_msgs.srv import RecordPlayback

from signage_bench.ros_observer import bench_node, spinning
from signage_bench.running_graph import DEVICE

IMAGES_PER_S = 10
PRESENT, ABSENT = 5, 4
"""Images with and without a face: somebody comes about once a second, and with QUICK is answered every time."""
QUICK = {"appear_s": 0.1, "vanish_s": 0.25}
"""Parameters of the selector with which each of these visits is an episode."""
SIDE_PX, CONFIDENCE, AGE_YEARS, SPREAD_YEARS = 200, 0.95, 25.0, 3.0


@dataclass(frozen=True)
class Decision:
    """An answer to somebody."""

    episode: str
    creative: str
    captured_ns: int
    decided_ns: int


@dataclass
class Heard:
    """What the selector said so far.

    Attributes:
        decisions: its answers, in order.
        ended: ids of the episodes that have ended.
        has_journal: whether somebody offers to keep what screens report.
    """

    decisions: list[Decision] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    has_journal: bool = False


@contextmanager
def visits(domain_id: int) -> Iterator[Heard]:
    """Show one visit after the other from a thread of its own until the block is left; give what is heard."""
    heard, ending = Heard(), threading.Event()
    with bench_node("visits", DEVICE, domain_id) as node:
        node.create_subscription(AdSelection, "ad", lambda message: _on_ad(heard, message), AD_QOS)
        node.create_subscription(Presence, "presence", lambda message: _on_presence(heard, message), PRESENCE_QOS)
        faces = node.create_publisher(FaceArray, "faces", FACES_QOS)
        journal = node.create_client(RecordPlayback, "record_playback")
        thread = threading.Thread(target=_show, args=[faces, journal, heard, ending], name="visits")
        with spinning(node):
            thread.start()
            try:
                yield heard
            finally:
                ending.set()
                thread.join()


def _show(faces: Any, journal: Any, heard: Heard, ending: threading.Event) -> None:
    began_s, image = time.monotonic(), 0
    while not ending.wait(max(began_s + image / IMAGES_PER_S - time.monotonic(), 0.0)):
        faces.publish(image_of(image, time.time_ns()))
        if image % IMAGES_PER_S == 0:
            heard.has_journal = journal.service_is_ready()
        image += 1


def image_of(number: int, stamp_ns: int) -> FaceArray:
    """Return the faces of an image, counted from 0: of one visit after the other, a woman's and a man's in turn."""
    visit, image = divmod(number, PRESENT + ABSENT)
    message = FaceArray(image_width=1280, image_height=720, detect_ms=0.0, classify_ms=0.0, fetch_ms=0.0)
    message.header.stamp = ns_to_stamp(stamp_ns)
    message.header.frame_id = "visits"
    if image < PRESENT:
        message.faces = [_face(visit + 1, Gender.MALE if visit % 2 else Gender.FEMALE)]
    return message


def _face(track: int, gender: Gender) -> Face:
    known = Demographics(
        gender=int(gender),
        gender_confidence=CONFIDENCE,
        age_years=AGE_YEARS,
        age_spread_years=SPREAD_YEARS,
        decade=int(Decade.D20S),
    )
    box = RegionOfInterest(x_offset=500, y_offset=200, width=SIDE_PX, height=SIDE_PX)
    return Face(
        track_id=track,
        state=Face.STATE_DETECTED,
        box=box,
        confidence=CONFIDENCE,
        estimate=known,
        fused=known,
        attention=CONFIDENCE,
        still_s=0.0,
    )


def _on_ad(heard: Heard, message: Any) -> None:
    if message.episode and not message.fallback:
        times = stamp_to_ns(message.captured), stamp_to_ns(message.decided)
        heard.decisions.append(Decision(message.episode, message.creative, *times))


def _on_presence(heard: Heard, message: Any) -> None:
    if PresenceEvent(message.event) is PresenceEvent.ENDED:
        heard.ended.append(message.episode)
