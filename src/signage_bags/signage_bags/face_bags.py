"""Make bags of faces alone: from tables of who was seen when, and of made-up crowds, the same bytes every time."""

from __future__ import annotations

import csv
import itertools
import math
import random
import struct
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from rosbags.typesys import Stores, get_types_from_msg, get_typestore
from rosbags.typesys.store import Typestore
from signage_common.stamps import NS_PER_S

from signage_bags.bag_writer import BagWriter
from signage_bags.message_definitions import installed_definition

FACES = "signage_msgs/msg/FaceArray"
QOS: Mapping[str, Any] = {
    "history": "keep_last",
    "depth": 5,
    "reliability": "best_effort",
    "durability": "volatile",
    "deadline": {"sec": 9223372036, "nsec": 854775807},
    "lifespan": {"sec": 9223372036, "nsec": 854775807},
    "liveliness": "automatic",
    "liveliness_lease_duration": {"sec": 9223372036, "nsec": 854775807},
    "avoid_ros_namespace_conventions": False,
}
LATENCY_NS = 80_000_000
"""So long after its capture an image's faces are heard."""
_STAMP = struct.Struct("<iI")
_STAMP_AT = 4  # behind the encapsulation header: the header's stamp comes first
_SCENE_S, _HZ, _MOST_FACES = 600, 10, 12
Face = Mapping[str, float]
"""Fields of a face that are known: track, state, width, height, gender, confidence, age, spread, decade, attention,
still."""


def write_face_bag(
    folder: Path, images: Iterable[tuple[int, bytes]], device: str, custom_data: Mapping[str, str] | None = None
) -> None:
    """Write a bag of one topic, ``faces``.

    Args:
        folder: of the bag; must not exist.
        images: stamp in nanoseconds since the Unix epoch, and FaceArray in CDR, in the order in which they are heard.
        device: its name.
        custom_data: what the bag tells beside.

    Raises:
        ConfigurationError: the folder exists, or can't be made.
    """
    topic = f"/{device}/faces"
    writer = BagWriter(folder, custom_data or {})
    writer.set_topic(topic, FACES, installed_definition(FACES), [QOS])
    log_ns, last_ns = 0, 0
    for stamp_ns, data in images:
        step_ns = stamp_ns - last_ns if stamp_ns > last_ns else NS_PER_S // _HZ  # who hears has a clock that goes on
        log_ns, last_ns = (log_ns + step_ns if log_ns else stamp_ns + LATENCY_NS), stamp_ns
        writer.write(topic, log_ns, log_ns, data)
    writer.close()


def read_table(path: Path) -> Iterator[tuple[int, list[Face]]]:
    """Yield stamp and faces of every image of a table: a row for each face, or one with the stamp alone."""
    with path.open(newline="") as file:
        for stamp, rows in itertools.groupby(csv.DictReader(file), key=lambda row: row["stamp_ns"]):
            faces: list[Face] = [
                {name: float(text) for name, text in row.items() if text} for row in rows if row["track"]
            ]
            yield int(stamp), faces


class FaceWriter:
    """Writes FaceArrays in CDR."""

    def __init__(self, device: str) -> None:
        """Read the installed definition."""
        self._store: Typestore = get_typestore(Stores.EMPTY)
        self._store.register(get_types_from_msg(installed_definition(FACES).text, FACES))
        self._frame_id = f"{device}_camera"

    def write(self, stamp_ns: int, faces: Iterable[Face]) -> bytes:
        """Return one image's FaceArray."""
        types = self._store.types
        stamp = types["builtin_interfaces/msg/Time"](stamp_ns // NS_PER_S, stamp_ns % NS_PER_S)
        message = types[FACES](
            header=types["std_msgs/msg/Header"](stamp=stamp, frame_id=self._frame_id),
            image_width=1280,
            image_height=720,
            faces=[self._face(face) for face in faces],
            fetch_ms=math.nan,
            detect_ms=math.nan,
            classify_ms=0.0,
            frames_dropped=0,
        )
        return bytes(self._store.serialize_cdr(message, FACES))

    def _face(self, face: Face) -> Any:
        types = self._store.types
        box = types["sensor_msgs/msg/RegionOfInterest"](
            x_offset=0, y_offset=0, height=int(face["height"]), width=int(face["width"]), do_rectify=False
        )
        return types["signage_msgs/msg/Face"](
            track_id=int(face["track"]),
            state=int(face["state"]),
            box=box,
            confidence=math.nan,
            estimate=self._estimate({}),
            fused=self._estimate(face),
            attention=face.get("attention", math.nan),
            still_s=face.get("still", math.nan),
        )

    def _estimate(self, face: Face) -> Any:
        kind = self._store.types["signage_msgs/msg/Demographics"]
        return kind(
            gender=int(face.get("gender", 0)),
            gender_confidence=face.get("confidence", math.nan),
            age_years=face.get("age", math.nan),
            age_spread_years=face.get("spread", math.nan),
            decade=int(face.get("decade", 0)),
            decade_probabilities=np.zeros(10, np.float32),
        )


def crowd(device: str, began_ns: int, hours: float, seed: int) -> Iterator[tuple[int, bytes]]:
    """Yield the images of a made-up crowd at ten a second: single people, groups, and nobody, as in a passage.

    Ten minutes are made up, which follow each other as often as needed; every track of these is someone else's.

    Args:
        device: its name.
        began_ns: stamp of the first image, nanoseconds since the Unix epoch.
        hours: how long it lasts.
        seed: the same one makes the same crowd.
    """
    scene = list(_scene(FaceWriter(device), random.Random(seed)))
    for index in range(round(hours * 3600 * _HZ)):
        data = scene[index % len(scene)]
        stamp_ns = began_ns + index * NS_PER_S // _HZ
        _STAMP.pack_into(data, _STAMP_AT, *divmod(stamp_ns, NS_PER_S))
        yield stamp_ns, bytes(data)


def _scene(writer: FaceWriter, rng: random.Random) -> Iterator[bytearray]:
    """Yield ten minutes: visits of one to twelve people, most of few, who come and go one after the other."""
    people: list[tuple[float, float, dict[str, float]]] = []
    time_s = 0.0
    while time_s < _SCENE_S - 30:
        time_s += rng.expovariate(1 / 9)
        for _ in range(min(1 + int(rng.expovariate(1 / 2.5)), _MOST_FACES)):
            came_s = time_s + rng.uniform(0, 2)
            people.append((came_s, came_s + 1 + rng.expovariate(1 / 6), _person(len(people) + 1, rng)))
    for index in range(_SCENE_S * _HZ):
        now_s = index / _HZ
        present = [who for came_s, left_s, who in people if came_s <= now_s < left_s][:_MOST_FACES]
        yield bytearray(writer.write(0, [_seen(who, rng) for who in present]))


def _person(track: int, rng: random.Random) -> dict[str, float]:
    age = rng.uniform(8, 85)
    size = rng.randrange(40, 220)
    return {
        "track": track,
        "width": size,
        "height": round(size * 1.2),
        "gender": rng.randint(1, 2),
        "confidence": rng.uniform(0.8, 1),
        "age": age,
        "spread": rng.uniform(3, 9),
        "decade": int(age // 10) + 1,
        "attention": rng.random(),
        "still": 0.0,
    }


def _seen(who: Mapping[str, float], rng: random.Random) -> Face:
    """Return a person as one image shows them: the box trembles, the head turns, now and then it is missed."""
    size = who["width"] + rng.randint(-3, 3)
    attention = min(max(who["attention"] + rng.gauss(0, 0.1), 0.0), 1.0)
    return {**who, "width": size, "attention": attention, "state": 1 if rng.random() < 0.95 else 2}
