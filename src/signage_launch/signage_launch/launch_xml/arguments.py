"""Launch arguments: which there are, and which were given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from signage_common.errors import ConfigurationError

from signage_launch.launch_xml.elements.arg import Argument, read_argument
from signage_launch.launch_xml.entity import Entity, near, read_xml
from signage_launch.launch_xml.plan import Plan
from signage_launch.launch_xml.scope import Scope
from signage_launch.launch_xml.template import parse_template


def declared_arguments(path: Path, environment: Mapping[str, str]) -> list[Argument]:
    """Return the arguments of a launch file and of those that it includes, in order, each name once.

    An included file whose path depends on an argument is left out, and so are the arguments that its include gives.

    Raises:
        ConfigurationError: a file can't be read.
    """
    found: dict[str, Argument] = {}
    for argument in _walk(read_xml(path), (path,), dict(environment)):
        found.setdefault(argument.name, argument)
    return list(found.values())


def _walk(entity: Entity, files: tuple[Path, ...], environment: dict[str, str]) -> Iterator[Argument]:
    for child in entity.children:
        if child.tag == "arg":
            yield read_argument(child)
        elif child.tag == "group":
            yield from _walk(child, files, environment)
        elif child.tag == "include":
            yield from _included(child, files, environment)


def _included(entity: Entity, files: tuple[Path, ...], environment: dict[str, str]) -> Iterator[Argument]:
    try:
        template = parse_template(entity.require("file"), entity.location)
        path = Path(template.fill(Scope({}, environment, environment, files, Plan())))
    except ConfigurationError:
        return
    if path in files:
        return
    given = {child.get("name") for child in entity.nested("arg")}
    for argument in _walk(read_xml(path), (*files, path), environment):
        if argument.name not in given:
            yield argument


def parse_given(words: Sequence[str]) -> dict[str, str]:
    """Return the values of words such as ``fps:=15``; the last of one name counts.

    Raises:
        ConfigurationError: a word is not written so, or its value is empty.
    """
    values = {}
    for word in words:
        name, sign, value = word.partition(":=")
        if not (name and sign and value):
            raise ConfigurationError(f"launch argument {word!r}: expected NAME:=VALUE")
        values[name] = value
    return values


def check_given(given: Mapping[str, str], declared: Sequence[Argument]) -> None:
    """Check that every argument that was given exists.

    Raises:
        ConfigurationError: one does not; the message offers what was probably meant.
    """
    known = [argument.name for argument in declared]
    for name in given:
        if name not in known:
            raise ConfigurationError(f"unknown launch argument '{name}'{near(name, known)}")


def format_arguments(declared: Sequence[Argument]) -> str:
    """Return names, descriptions, choices and defaults for reading, as ``ros2 launch --show-args`` gives them."""
    blocks = [_format(argument) for argument in declared] or ["    No arguments."]
    return "Arguments (pass arguments as '<name>:=<value>'):\n\n" + "\n\n".join(blocks)


def _format(argument: Argument) -> str:
    description = argument.description or "no description given"
    if argument.choices:
        description += f" Valid choices are: {', '.join(argument.choices)}"
    lines = [f"    '{argument.name}':", f"        {description}"]
    if argument.default_text is not None:
        lines.append(f"        (default: {argument.default_text!r})")
    return "\n".join(lines)
