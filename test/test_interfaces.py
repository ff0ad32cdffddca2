"""Messages and services say what every field means, and the page of interfaces says it too."""

import importlib
import re
import sys
from pathlib import Path

import pytest
from rclpy.qos import QoSProfile
from signage_common import ros_topics

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "docs" / "generators"))

import interfaces  # noqa: E402

PAGE = (ROOT / "docs" / "interfaces.md").read_text()
TOPICS, SERVICES = PAGE.split("\n## Messages")[0].split("\n## Services\n")
FILES = sorted((ROOT / "msg").glob("*/*.msg")) + sorted((ROOT / "msg").glob("*/*.srv"))
FIELD = re.compile(r"^(?P<type>[\w/\[\]]+) +(?P<name>[a-z][a-z0-9_]*)\s*(?P<comment>#.*)?$")
CONSTANT = re.compile(r"^uint(8|32) +(?P<name>[A-Z][A-Z0-9_]*)=(?P<value>\d+)")
ENUM = re.compile(r"^# Matches (?P<module>[\w.]+)\.(?P<enum>\w+)")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_field_is_explained(path):
    lines = path.read_text().splitlines()
    assert lines[0].startswith("# "), "the first line says what one message means"
    for number, line in enumerate(lines):
        field = FIELD.match(line)
        if field and not field["comment"]:
            assert CONSTANT.match(lines[number - 1]), f"{path.name}:{number + 1}: {field['name']} has no comment"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_constants_match_the_enums_that_the_comments_name(path):
    lines = path.read_text().splitlines()
    for number, line in enumerate(lines):
        match = ENUM.match(line)
        if match:
            enum = getattr(importlib.import_module(match["module"]), match["enum"])
            constants = [CONSTANT.match(text) for text in lines[number + 1 :]]
            block = constants[: constants.index(None)]
            assert [int(constant["value"]) for constant in block] == [member.value for member in enum]
            for constant, member in zip(block, enum, strict=True):
                assert constant["name"].endswith(member.name.lstrip("D") if member.name[1:2].isdigit() else member.name)


def test_all_interfaces_are_generated():
    generated = (ROOT / "msg" / "CMakeLists.txt").read_text()
    assert all(f'"{path.parent.name}/{path.name}"' in generated for path in FILES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_page_has_every_field_with_its_comment(path):
    section = PAGE.split(f"### {path.stem}\n")[1].split("\n## ")[0].split("\n### ")[0]
    assert path.read_text().splitlines()[0].removeprefix("# ") in section
    for line in path.read_text().splitlines():
        field, constant = FIELD.match(line), CONSTANT.match(line)
        if field:
            comment = (field["comment"] or "").removeprefix("#").strip()
            rows = [row for row in section.splitlines() if row.startswith(f"| `{field['name']}` | {field['type']} |")]
            assert len(rows) == 1 and comment in rows[0], field["name"]
        if constant:
            assert f"`{constant['name']}` = {constant['value']}" in section


@pytest.mark.parametrize("name", [name for name, value in vars(ros_topics).items() if isinstance(value, QoSProfile)])
def test_the_page_has_something_of_every_quality_of_service(name):
    qos = {**interfaces.QOS, **interfaces.SERVICE_QOS}
    names = [each for each, profile in qos.items() if profile is getattr(ros_topics, name)]
    assert names
    for each in names:
        (row,) = [line for line in f"{TOPICS}\n{SERVICES}".splitlines() if line.startswith(f"| `{each}` | ")]
        assert interfaces.qos_in_words(getattr(ros_topics, name)) in row


@pytest.mark.parametrize("topic", interfaces.endpoints("Publishers"), ids=lambda topic: f"{topic.node}-{topic.name}")
def test_the_page_has_every_topic_that_a_node_publishes(topic):
    (row,) = [line for line in TOPICS.splitlines() if line.startswith(f"| `{topic.name}` | {topic.type} | ")]
    assert f"`{topic.node}`" in row


def test_the_page_has_every_service():
    offered = {"choose_ad": "ad_selector", "record_playback": "journal", "record_audience": "journal"}
    assert {service.name: service.node for service in interfaces.endpoints("Services")} == offered
    for service in interfaces.endpoints("Services"):
        (row,) = [line for line in SERVICES.splitlines() if line.startswith(f"| `{service.name}` | {service.type} | ")]
        assert f"`{service.node}`" in row
