"""Definitions of installed message types, as rosbag2 keeps them in a bag.

That is the text of the type and of all that it holds, and a hash. What it holds is told by the type description that is
installed beside each message, so nothing is parsed here.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ament_index_python.packages import get_package_share_directory
from signage_common.errors import SignageError

_LINE = "=" * 80
_FORMATS = (("MSG", ".msg", "ros2msg"), ("IDL", ".idl", "ros2idl"))


class UnknownTypeError(SignageError):
    """A message type is not installed here."""


@dataclass(frozen=True)
class MessageDefinition:
    """What a bag says of a message type.

    Attributes:
        encoding: ``ros2msg`` or ``ros2idl``.
        text: the definition, then that of each type in it, as rosbag2 joins them.
        type_hash: such as ``RIHS01_289e...``; empty where the type was built without one.
    """

    encoding: str
    text: str
    type_hash: str


@lru_cache
def installed_definition(type_name: str) -> MessageDefinition:
    """Return the definition of a type such as ``signage_msgs/msg/FaceArray``.

    Raises:
        UnknownTypeError: it is not installed.
    """
    hashes, held = _described(type_name)
    for word, suffix, encoding in _FORMATS:
        texts = [_text(name, suffix) for name in (type_name, *held)]
        if all(text is not None for text in texts):
            parts = [f"{_LINE}\n{word}: {_short(name)}\n{text}" for name, text in zip(held, texts[1:], strict=True)]
            begin = f"{_LINE}\nIDL: {type_name}\n{texts[0]}" if word == "IDL" else str(texts[0])
            return MessageDefinition(encoding, "\n".join([begin, *parts]), hashes.get(type_name, ""))
    raise UnknownTypeError(f"{type_name}: its definition is not installed")


def _described(type_name: str) -> tuple[dict[str, str], list[str]]:
    """Return the hashes of a type and of those that it holds, and the names of the latter."""
    try:
        description = json.loads(_file(type_name, ".json").read_text())
        hashes = {str(each["type_name"]): str(each["hash_string"]) for each in description["type_hashes"]}
        held = description["type_description_msg"]["referenced_type_descriptions"]
        return hashes, [str(each["type_name"]) for each in held]
    except (OSError, ValueError, KeyError, TypeError):
        raise UnknownTypeError(f"{type_name}: its description is not installed") from None


def _file(type_name: str, suffix: str) -> Path:
    """Return where a type's file of a kind is installed.

    Raises:
        UnknownTypeError: there is no such package.
    """
    package, *middle, name = type_name.split("/")
    find: Callable[[str], str] = get_package_share_directory
    try:
        return Path(find(package), *middle, f"{name}{suffix}")
    except (LookupError, ValueError):
        raise UnknownTypeError(f"{type_name}: the package {package} is not installed") from None


def _text(type_name: str, suffix: str) -> str | None:
    try:
        return _file(type_name, suffix).read_text()
    except OSError:
        return None


def _short(type_name: str) -> str:
    package, *_, name = type_name.split("/")
    return f"{package}/{name}"
