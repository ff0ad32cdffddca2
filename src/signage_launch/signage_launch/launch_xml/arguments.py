"""Launch arguments: which there are, and which were given."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from signage_common.errors import ConfigurationError, shown

from signage_launch.launch_xml.entity import Entity, read_xml, suggestion
from signage_launch.launch_xml.parameter_text import check_text
from signage_launch.launch_xml.plan import Plan, Scope
from signage_launch.launch_xml.substitutions import Template, parse_template, template_of


@dataclass(frozen=True)
class Argument:
    """``<arg name default description>``: a launch argument; ``<choice value>`` inside names what is allowed.

    Attributes:
        name: as in ``name:=value``.
        default: None if it must be given.
        default_text: the default as it is written.
        description: one or more sentences; may be empty.
        choices: the values that are allowed; empty if any is.
        location: file, line and element.
    """

    name: str
    default: Template | None
    default_text: str | None
    description: str
    choices: tuple[str, ...]
    location: str

    def perform(self, scope: Scope) -> None:
        """Take the default where no value was given, and check the value.

        Raises:
            ConfigurationError: there is no value, or it is none of the choices.
        """
        if self.name not in scope.configurations:
            if self.default is None:
                raise ConfigurationError(
                    f"{self.location}: launch argument '{self.name}' is required: {self.name}:=VALUE"
                )
            scope.configurations[self.name] = self.default.fill(scope)
        self.check(scope.configurations[self.name])

    def check(self, value: str) -> None:
        """Check a value.

        Raises:
            ConfigurationError: it is none of the choices.
        """
        if self.choices and value not in self.choices:
            allowed = ", ".join(self.choices)
            raise ConfigurationError(f"launch argument {self.name}: expected one of {allowed}, got {shown(value)}")


def read_argument(entity: Entity) -> Argument:
    """Read ``<arg>``."""
    entity.check_action(("name", "default", "description"), ("choice",))
    choices = []
    for choice in entity.nested("choice"):
        choice.check(("value",))
        choices.append(_unescape(choice.require("value")))
    text = entity.get("default")
    default = None if text is None else parse_template(text, f"{entity.location} default")
    description = _unescape(entity.get("description") or "")
    name = _unescape(entity.require("name"))
    return Argument(name, default, text, description, tuple(choices), entity.location)


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


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
        path = Path(template_of(entity, "file").fill(Scope({}, environment, environment, files, Plan())))
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
            raise ConfigurationError(f"launch argument {shown(word)}: expected NAME:=VALUE")
        check_text(f"launch argument {name}", value)
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
            raise ConfigurationError(f"unknown launch argument {shown(name)}{suggestion(name, known)}")


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
