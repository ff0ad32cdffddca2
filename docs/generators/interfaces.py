"""Write docs/interfaces.md: topics and services of the nodes, and every message with the comments of its fields.

Topics come from the docstrings of the nodes' classes, their quality of service from ``signage_common.ros_topics``,
messages and services from the files in msg/.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy, qos_profile_services_default
from signage_common import ros_topics

from pages import ROOT, markdown_table, written_by
from parameters import NODES

PAGE = ROOT / "docs" / "interfaces.md"
FILES = sorted((ROOT / "msg" / "msg").glob("*.msg")) + sorted((ROOT / "msg" / "srv").glob("*.srv"))
HEAD = """\
# Interfaces
Names of topics and services are relative to the device's namespace, such as `/deeplens1`; `/diagnostics` is one for all
devices. All times are UTC. The profiles of quality of service (QoS) are in `signage_common.ros_topics`."""
DIAGNOSTICS_MEANING = "how each node does, once a second: a level, one line, and named figures."
AFTER_TOPICS = """\
The camera publishes a topic only while somebody listens to it. By default a WebSocket client may subscribe to `ad`,
`presence` and `/diagnostics`, publish `playback` and, where there is a journal, call `record_playback`; everything else
is refused. The [parameters](parameters.md) of `signage_bridge` allow more."""

# The topics from the camera on, each with its profile; /diagnostics has the usual one of its kind.
QOS = {
    "image_raw": ros_topics.IMAGE_QOS,
    "image_raw/compressed": ros_topics.IMAGE_QOS,
    "camera_info": ros_topics.IMAGE_QOS,
    "faces": ros_topics.FACES_QOS,
    "presence": ros_topics.PRESENCE_QOS,
    "ad": ros_topics.AD_QOS,
    "playback": ros_topics.PLAYBACK_QOS,
    "/diagnostics": QoSProfile(depth=10),
}
SERVICE_QOS = {
    "choose_ad": qos_profile_services_default,
    "record_playback": ros_topics.RECORD_QOS,
    "record_audience": ros_topics.RECORD_QOS,
}
_ITEM = re.compile(r"^(?P<name>[\w/]+) \((?P<type>\w+/\w+)\): (?P<meaning>.*)$")
_LINE = re.compile(r"^(?P<type>[\w/]+(?:\[\d*\])?) +(?P<name>\w+)(?:=(?P<value>\S+))? *(?:# *(?P<comment>.*))?$")
RESPONSE = "---"


@dataclass(frozen=True)
class Endpoint:
    """A topic or service as the docstring of a node's class names it: ``name (type): meaning``."""

    node: str
    name: str
    type: str
    meaning: str


def endpoints(section: str) -> list[Endpoint]:
    """Return what all nodes list in one section of their docstrings, such as ``Publishers``."""
    found = []
    for node, package in NODES.items():
        for line in _section_lines(ROOT / "src" / package / package / "node.py", section):
            match = _ITEM.match(line)
            if match:
                found.append(Endpoint(node, match["name"], match["type"], match["meaning"]))
    return found


def _section_lines(path: Path, section: str) -> list[str]:
    """Return the entries of a section in the docstrings of a module's classes, each on one line."""
    classes = [each for each in ast.parse(path.read_text()).body if isinstance(each, ast.ClassDef)]
    texts = [ast.get_docstring(each) or "" for each in classes]
    blocks = [text.split(f"{section}:\n")[1].split("\n\n")[0] for text in texts if f"{section}:\n" in text]
    return [line.strip() for block in blocks for line in re.sub(r"\n {5,}", " ", block).splitlines()]


def qos_in_words(profile: QoSProfile) -> str:
    """Return reliability, durability where it is not the usual one, and depth."""
    words = ["reliable" if profile.reliability == ReliabilityPolicy.RELIABLE else "best effort"]
    if profile.durability == DurabilityPolicy.TRANSIENT_LOCAL:
        words.append("transient local")
    return ", ".join([*words, f"depth {profile.depth}"])


def topic_table() -> str:
    """Return the table of all topics that the nodes publish."""
    published = endpoints("Publishers")
    rows = []
    for name, profile in QOS.items():
        same = [topic for topic in published if topic.name == name]
        nodes = ", ".join(f"`{topic.node}`" for topic in same)
        meaning = same[0].meaning if len(same) == 1 else DIAGNOSTICS_MEANING
        rows.append((f"`{name}`", same[0].type, qos_in_words(profile), nodes, meaning))
    return markdown_table(("topic", "type", "QoS", "published by", "what it says"), rows)


def service_table() -> str:
    """Return the table of all services that the nodes offer."""
    rows = [
        (f"`{each.name}`", each.type, qos_in_words(SERVICE_QOS[each.name]), f"`{each.node}`", each.meaning)
        for each in endpoints("Services")
    ]
    return markdown_table(("service", "type", "QoS", "offered by", "what it answers"), rows)


def interface_section(path: Path) -> str:
    """Return what one message or service means, and the table of its fields; a service has two."""
    first, *lines = path.read_text().splitlines()
    head = f"### {path.stem}\n{first.removeprefix('# ')}"
    if path.suffix != ".srv":
        return f"{head}\n\n{field_table(lines)}"
    middle = lines.index(RESPONSE)
    return f"{head}\n\nRequest:\n\n{field_table(lines[:middle])}\n\nResponse:\n\n{field_table(lines[middle + 1 :])}"


def field_table(lines: Sequence[str]) -> str:
    """Return the table of the fields in some lines of an interface, the constants with the field that uses them."""
    rows: list[tuple[str, str, str]] = []
    notes: list[str] = []
    constants: list[str] = []
    for line in lines:
        match = _LINE.match(line)
        if line.startswith("# "):
            notes.append(line.removeprefix("# "))
        elif match and match["value"]:
            constants.append(f"`{match['name']}` = {match['value']}{_in_brackets(match['comment'])}")
        elif match:
            if notes and not constants:  # of several fields that follow
                rows.append(("", "", " ".join(notes)))
                notes = []
            words = [match["comment"], ", ".join(constants), *map(_as_code, notes)]
            rows.append((f"`{match['name']}`", match["type"], ". ".join(filter(None, words))))
            notes, constants = [], []
    return markdown_table(("field", "type", "what it is"), rows)


def _in_brackets(comment: str | None) -> str:
    return f" ({comment})" if comment else ""


def _as_code(note: str) -> str:
    """Set the enum that a note names as code, without the full stop at its end."""
    return re.sub(r"^Matches ([\w.]*\w)", r"Matches `\1`", note.rstrip("."))


def pages() -> dict[Path, str]:
    """Return the whole new text of the page."""
    sections = [
        f"{written_by('interfaces.py')}\n{HEAD}",
        f"## Topics\n{topic_table()}",
        AFTER_TOPICS,
        f"## Services\n{service_table()}",
        "## Messages of `signage_msgs`",
        *[interface_section(path) for path in FILES if path.suffix == ".msg"],
        "## Services of `signage_msgs`",
        *[interface_section(path) for path in FILES if path.suffix == ".srv"],
    ]
    return {PAGE: "\n\n".join(sections) + "\n"}
