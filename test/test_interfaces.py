"""Messages and services say what every field means."""

import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
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
