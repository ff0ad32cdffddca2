"""Parameters of recorder and player."""

from __future__ import annotations

from dataclasses import dataclass

from signage_common.params import parameter

_DAY_S = 86_400.0


@dataclass(frozen=True)
class RecorderParams:
    """Parameters of the node ``recorder``, which records the device of its namespace."""

    output: str = parameter("", "Folder of the bag, which must not exist; empty: recording-TIME in the working folder.")
    images: bool = parameter(False, "Record pictures, too: the device's image_raw/compressed, or with all every one.")
    all: bool = parameter(False, "Record all topics of the graph; pictures only with images.")
    split_mb: int = parameter(0, "Size at which the bag's next file begins, MB; 0: never.", 0, 1_000_000)
    split_minutes: float = parameter(0.0, "Time after which the bag's next file begins, minutes; 0: never.", 0, 10_080)
    min_free_mb: int = parameter(200, "Space that stays free on the disk, MB; the recording ends before.", 0, 1e9)
    seconds: float = parameter(0.0, "How long to record, seconds; 0: until it is ended.", 0, 365 * _DAY_S)


@dataclass(frozen=True)
class PlayerParams:
    """Parameters of the node ``player``."""

    bag: str = parameter("", "The bag: a folder, or its .mcap or .db3 file.")
    rate: float = parameter(1.0, "How many times as fast as it was recorded.", 0.01, 1000)
    loop: bool = parameter(False, "Begin again at the end.")
    clock: bool = parameter(False, "Publish the bag's time on /clock, for nodes with use_sim_time.")
    topics: tuple[str, ...] = parameter(
        ("",), "Topics to play, by full names or their last parts; empty: all that nobody else publishes."
    )
    start_offset: float = parameter(0.0, "Where in the bag to begin, seconds from its start.", 0, 365 * _DAY_S)
    wait_s: float = parameter(10.0, "How long to wait for somebody who listens before the first message.", 0, 3600)
