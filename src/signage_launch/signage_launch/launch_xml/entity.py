"""One element of a launch file, with the line it stands on."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from signage_common.errors import ConfigurationError

from signage_launch.launch_xml.values import parse_value

CONDITIONS = ("if", "unless")


@dataclass
class Entity:
    """An XML element.

    Attributes:
        tag: the element's name.
        attributes: its attributes as they are written.
        path: the launch file.
        line: where the element starts, counted from 1.
        children: the elements inside, in order.
    """

    tag: str
    attributes: dict[str, str]
    path: Path
    line: int
    children: list[Entity] = field(default_factory=list)

    @property
    def location(self) -> str:
        """``file:line: <tag>``, for messages."""
        return f"{self.path}:{self.line}: <{self.tag}>"

    def error(self, text: str) -> ConfigurationError:
        """Return the error that names this element; the caller raises it."""
        return ConfigurationError(f"{self.location}: {text}")

    def get(self, name: str) -> str | None:
        """Return an attribute, or None where it is missing."""
        return self.attributes.get(name)

    def require(self, name: str) -> str:
        """Return an attribute.

        Raises:
            ConfigurationError: it is missing.
        """
        if name not in self.attributes:
            raise self.error(f"attribute '{name}' is missing")
        return self.attributes[name]

    def flag(self, name: str, default: bool = False) -> bool:
        """Return an attribute that is true or false.

        Raises:
            ConfigurationError: it is neither.
        """
        return bool(self._typed(name, "bool", default))

    def number(self, name: str, type_name: str, default: float) -> float:
        """Return an attribute that is a number; ``type_name`` is int or float.

        Raises:
            ConfigurationError: it is no such number.
        """
        return self._typed(name, type_name, default)

    def _typed(self, name: str, type_name: str, default: float) -> float:
        text = self.get(name)
        if text is None:
            return default
        try:
            return parse_value(text, type_name)  # type: ignore[return-value]  # float, int or bool, as named
        except ValueError as error:
            raise self.error(f"attribute '{name}': {error}") from None

    def nested(self, tag: str) -> Iterator[Entity]:
        """Give the children of one tag."""
        return (child for child in self.children if child.tag == tag)

    def check(self, attributes: Iterable[str] = (), children: Iterable[str] | None = ()) -> None:
        """Check that nothing stands here that nobody reads.

        Args:
            attributes: the names that are read.
            children: the tags that are read; None if any is.

        Raises:
            ConfigurationError: an attribute or a child is unknown.
        """
        allowed = sorted(attributes)
        for name in self.attributes:
            if name not in allowed:
                raise self.error(f"unknown attribute '{name}'{suggestion(name, allowed)}")
        for child in self.children if children is not None else ():
            if child.tag not in (children or ()):
                raise child.error(f"not expected inside <{self.tag}>{suggestion(child.tag, children or ())}")

    def check_action(self, attributes: Iterable[str] = (), children: Iterable[str] | None = ()) -> None:
        """Check as ``check`` does an element that may carry a condition."""
        self.check((*attributes, *CONDITIONS), children)


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return the end of a message that offers what was probably meant, or lists what is known."""
    names = sorted(known)
    matches = difflib.get_close_matches(name, names, n=3, cutoff=0.6)
    if matches:
        return f"; did you mean {' or '.join(matches)}?"
    return f"; known: {', '.join(names)}" if names else ""


def read_xml(path: Path) -> Entity:
    """Read the root element of a launch file.

    Raises:
        ConfigurationError: the file can't be read, or is no XML.
    """
    try:
        text = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{path}: launch file can't be read: {error.strerror}") from None
    try:
        return _parse(text, path)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise ConfigurationError(f"{path}:{error.lineno}: not well-formed XML: {reason}") from None


def _parse(text: bytes, path: Path) -> Entity:
    top = Entity("", {}, path, 0)
    stack = [top]
    parser = expat.ParserCreate()

    def start(tag: str, attributes: dict[str, str]) -> None:
        entity = Entity(tag, attributes, path, parser.CurrentLineNumber)
        stack[-1].children.append(entity)
        stack.append(entity)

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: stack.pop()
    parser.Parse(text, True)
    return top.children[0]
