"""Which topics are recorded, and which of a bag are played."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from signage_common.errors import ConfigurationError

FACES = "faces"
DEVICE_TOPICS = (FACES, "presence", "ad", "playback")
SHARED_TOPICS = ("/diagnostics", "/parameter_events", "/rosout")
IMAGES = "image_raw/compressed"
CLOCK = "/clock"
PICTURES_WARNING = "this recording holds pictures of people"
PICTURE_TYPES = (
    "sensor_msgs/msg/Image",
    "sensor_msgs/msg/CompressedImage",
    "stereo_msgs/msg/DisparityImage",
    "theora_image_transport/msg/Packet",
    "ffmpeg_image_transport_msgs/msg/FFMPEGPacket",
    "foxglove_msgs/msg/CompressedVideo",
)
_LIKE_PICTURES = re.compile(r"/\w*(Image|Video)\w*$")
"""The last part of a type's name that says that pictures are in it."""


@dataclass(frozen=True)
class TopicChoice:
    """What is to be recorded.

    Attributes:
        device: name of the device, the namespace of its topics.
        has_images: pictures, too: the device's own, or with ``is_everything`` all there are.
        is_everything: all topics there are.
    """

    device: str
    has_images: bool = False
    is_everything: bool = False

    @property
    def named(self) -> list[str]:
        """The topics that are recorded in any case."""
        own = [*DEVICE_TOPICS, *([IMAGES] if self.has_images else [])]
        return [*(f"/{self.device}/{name}" for name in own), *SHARED_TOPICS]

    def wants(self, topic: str, type_name: str) -> bool:
        """Return whether a topic is recorded; pictures never, unless they are asked for."""
        if holds_pictures(type_name) and not self.has_images:
            return False
        return topic in self.named or (self.is_everything and not is_hidden(topic))


def holds_pictures(type_name: str) -> bool:
    """Return whether messages of a type hold pictures, as far as its name tells."""
    return type_name in PICTURE_TYPES or _LIKE_PICTURES.search(type_name) is not None


def is_hidden(topic: str) -> bool:
    """Return whether a topic is one that ROS hides: a part of its name begins with an underscore."""
    return "/_" in topic


def find_topics(asked: Sequence[str], present: Iterable[str]) -> set[str]:
    """Return the topics of a bag that are meant by full names, or by the last parts of names.

    Raises:
        ConfigurationError: one is not in the bag.
    """
    names = sorted(present)
    found: set[str] = set()
    for word in asked:
        meant = [name for name in names if name == word or name.endswith(f"/{word.lstrip('/')}")]
        if not meant:
            raise ConfigurationError(f"topic {word}: not in the bag, which has {', '.join(names)}")
        found.update(meant)
    return found
