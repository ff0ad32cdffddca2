r"""Text with substitutions such as ``$(var fps)``.

The grammar is that of ROS 2 launch: ``$(name argument ...)`` with one space between arguments, arguments bare or in
single or double quotes, substitutions inside arguments, and a backslash that makes any character plain.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from signage_common.errors import ConfigurationError

from signage_launch.launch_xml.scope import Scope
from signage_launch.launch_xml.substitutions import SUBSTITUTIONS, Substitution

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


@dataclass(frozen=True)
class Call:
    """One ``$(name argument ...)``."""

    substitution: Substitution
    arguments: tuple[Template, ...]

    def perform(self, scope: Scope) -> str:
        """Return the text that stands in its place."""
        lazy = [lambda template=template: template.fill(scope) for template in self.arguments]
        return self.substitution.perform(lazy, scope)


@dataclass(frozen=True)
class Template:
    """Text and calls in order.

    Attributes:
        parts: literal text, unescaped, and calls.
        location: file, line and element, for messages.
    """

    parts: tuple[str | Call, ...]
    location: str

    def fill(self, scope: Scope) -> str:
        """Return the text with every substitution carried out.

        Raises:
            ConfigurationError: one of them failed.
        """
        return "".join(part if isinstance(part, str) else self._perform(part, scope) for part in self.parts)

    def _perform(self, call: Call, scope: Scope) -> str:
        try:
            return call.perform(scope)
        except LookupError as error:
            raise ConfigurationError(f"{self.location}: {error.args[0]}") from None


def parse_template(text: str, location: str) -> Template:
    """Read text with substitutions.

    Raises:
        ConfigurationError: a substitution is unknown or not written as expected; the message starts with ``location``.
    """
    return _Reader(text, location).read()


class _Reader:
    def __init__(self, text: str, location: str) -> None:
        self._text = text
        self._location = location
        self._at = 0

    def read(self) -> Template:
        return self._until("")

    def _error(self, what: str) -> ConfigurationError:
        return ConfigurationError(f"{self._location}: {what} in {self._text!r}")

    def _peek(self, length: int = 1) -> str:
        return self._text[self._at : self._at + length]

    def _until(self, stops: str) -> Template:
        """Read text and calls up to one of the stop characters, or to the end where there are none."""
        parts: list[str | Call] = []
        literal = ""
        while self._at < len(self._text) and self._peek() not in (stops or ()):
            if self._peek(2) == "$(":
                parts += [literal] if literal else []
                literal = ""
                parts.append(self._call())
            else:
                literal += self._character()
        parts += [literal] if literal else []
        return Template(tuple(parts), self._location)

    def _character(self) -> str:
        if self._peek() == "\\" and self._at + 1 < len(self._text):
            self._at += 1
        character = self._peek()
        self._at += 1
        return character

    def _call(self) -> Call:
        self._at += 2
        match = _NAME.match(self._text, self._at)
        if match is None:
            raise self._error("expected the name of a substitution after $(")
        self._at = match.end()
        arguments = []
        while self._peek() == " ":
            self._at += 1
            arguments.append(self._argument())
        if self._peek() != ")":
            raise self._error(f"expected a space or ) after $({match[0]}")
        self._at += 1
        return Call(self._substitution(match[0], len(arguments)), tuple(arguments))

    def _argument(self) -> Template:
        quote = self._peek()
        if quote not in ("'", '"'):
            argument = self._until(" '\"()")
            if not argument.parts:
                raise self._error("expected an argument")
            return argument
        self._at += 1
        argument = self._until(quote)
        if self._peek() != quote:
            raise self._error(f"expected a closing {quote}")
        self._at += 1
        return argument

    def _substitution(self, name: str, count: int) -> Substitution:
        substitution = SUBSTITUTIONS.get(name)
        if substitution is None:
            known = ", ".join(f"$({known})" for known in sorted(SUBSTITUTIONS))
            raise self._error(f"substitution $({name}) is not supported; supported are {known}")
        if not substitution.least <= count <= substitution.most:
            counts = f"{substitution.least} to {substitution.most}" if substitution.most else "0"
            raise self._error(f"$({name}) takes {counts} arguments, got {count}")
        return substitution
