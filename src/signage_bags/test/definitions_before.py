"""Our messages as they were before watchers and those in sight were told apart."""

import re
from pathlib import Path

from signage_bags.message_definitions import MessageDefinition, installed_definition

FOLDER = Path(__file__).parent / "messages_before"
_SECTION = re.compile(r"(=+\nMSG: (\S+)\n)")


def old_definition(type_name):
    """Return a definition with our messages as they were, and all others as they are."""
    first, *rest = _SECTION.split(installed_definition(type_name).text)
    text = _old_text(type_name.split("/")[-1], first)
    for line, name, section in zip(*[iter(rest)] * 3, strict=True):
        package, short = name.split("/")
        text += line + (_old_text(short, section) if package == "signage_msgs" else section)
    return MessageDefinition("ros2msg", text, "")


def _old_text(name, text):
    path = FOLDER / f"{name}.msg"
    return f"{path.read_text()}\n" if path.exists() else text
