r"""Text with substitutions such as ``$(var fps)``, and what each substitution does.

The grammar is that of ROS 2 launch: ``$(name argument ...)`` with one space between arguments, arguments bare or in
single or double quotes, substitutions inside arguments, and a backslash that makes any character plain.
"""

from __future__ import annotations

import math
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from signage_common.errors import ConfigurationError

from signage_launch.launch_xml.entity import Entity
from signage_launch.launch_xml.packages import package_share
from signage_launch.launch_xml.plan import Scope
from signage_launch.launch_xml.values import BOOLEAN_WORDS, parse_value

Arguments = Sequence[Callable[[], str]]
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


@dataclass(frozen=True)
class Substitution:
    """What may stand in ``$(...)``.

    Attributes:
        least: how many arguments it takes at least.
        most: how many at most.
        perform: returns the text in its place; its arguments are filled when called; raises LookupError with a message.
    """

    least: int
    most: int
    perform: Callable[[Arguments, Scope], str]


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

    @property
    def argument(self) -> str:
        """The words ``launch argument NAME`` where the text is nothing but that argument's value, else empty."""
        match self.parts:
            case (Call(substitution, (Template((str(name),)),)),) if substitution is SUBSTITUTIONS["var"]:
                return f"launch argument {name}"
        return ""

    def _perform(self, call: Call, scope: Scope) -> str:
        try:
            return call.perform(scope)
        except LookupError as error:
            raise ConfigurationError(f"{self.location}: {error.args[0]}") from None


Pairs = tuple[tuple[Template, Template], ...]


def parse_template(text: str, location: str) -> Template:
    """Read text with substitutions.

    Raises:
        ConfigurationError: a substitution is unknown or not written as expected; the message starts with ``location``.
    """
    return _Reader(text, location).read()


def template_of(entity: Entity, name: str) -> Template:
    """Read an attribute that may hold substitutions.

    Raises:
        ConfigurationError: it is missing, or a substitution in it is wrong.
    """
    return parse_template(entity.require(name), entity.location)


def optional_template_of(entity: Entity, name: str) -> Template | None:
    """Read an attribute that may hold substitutions and may be missing."""
    return None if entity.get(name) is None else template_of(entity, name)


def read_pairs(entity: Entity, tag: str, first: str = "name", second: str = "value") -> Pairs:
    """Read two attributes of every child of one tag, such as ``<env name value>``.

    Raises:
        ConfigurationError: one is missing, or there are others.
    """
    pairs = []
    for child in entity.nested(tag):
        child.check((first, second))
        pairs.append((template_of(child, first), template_of(child, second)))
    return tuple(pairs)


def fill_pairs(pairs: Pairs, scope: Scope) -> dict[str, str]:
    """Return the values by name, with substitutions carried out."""
    return {name.fill(scope): value.fill(scope) for name, value in pairs}


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


def _value(values: Mapping[str, str], arguments: Arguments, missing: str) -> str:
    """Return the value of the first argument's name, else the second argument."""
    name = arguments[0]()
    if name in values:
        return values[name]
    if len(arguments) > 1:
        return arguments[1]()
    raise LookupError(missing.format(name))


def _var(arguments: Arguments, scope: Scope) -> str:
    return _value(scope.configurations, arguments, "$(var {}): no such launch argument or <let>")


def _env(arguments: Arguments, scope: Scope) -> str:
    return _value(scope.environment, arguments, "$(env {}): the environment variable is not set")


def _find_exec(arguments: Arguments, scope: Scope) -> str:
    name = arguments[0]()
    found = shutil.which(name, path=scope.environment.get("PATH"))
    if found is None:
        raise LookupError(f"$(find-exec {name}): not found on PATH")
    return found


def _find_pkg_share(arguments: Arguments, scope: Scope) -> str:
    return str(package_share(arguments[0](), scope.environment))


def _dirname(_: Arguments, scope: Scope) -> str:
    return str(scope.file.parent)


def _filename(_: Arguments, scope: Scope) -> str:
    return str(scope.file)


def _equal(left: str, right: str) -> bool:
    """Compare booleans and numbers as such, anything else as text."""
    if left.lower() in BOOLEAN_WORDS and right.lower() in BOOLEAN_WORDS:
        return BOOLEAN_WORDS[left.lower()] is BOOLEAN_WORDS[right.lower()]
    try:
        return math.isclose(float(left), float(right))
    except ValueError:
        return left == right


def _equals(arguments: Arguments, _: Scope) -> str:
    return _word(_equal(arguments[0](), arguments[1]()))


def _not_equals(arguments: Arguments, _: Scope) -> str:
    return _word(not _equal(arguments[0](), arguments[1]()))


def _word(value: bool) -> str:
    return "true" if value else "false"


def _booleans(name: str, arguments: Arguments) -> list[bool]:
    try:
        return [bool(parse_value(argument(), "bool")) for argument in arguments]
    except ValueError as error:
        raise LookupError(f"$({name}): {error}") from None


def _not(arguments: Arguments, _: Scope) -> str:
    return _word(not _booleans("not", arguments)[0])


def _and(arguments: Arguments, _: Scope) -> str:
    return _word(all(_booleans("and", arguments)))


def _or(arguments: Arguments, _: Scope) -> str:
    return _word(any(_booleans("or", arguments)))


def _if(arguments: Arguments, _: Scope) -> str:
    chosen = arguments[1:2] if _booleans("if", arguments[:1])[0] else arguments[2:3]
    return chosen[0]() if chosen else ""


SUBSTITUTIONS = {
    "and": Substitution(2, 2, _and),  # $(and A B)
    "dirname": Substitution(0, 0, _dirname),  # folder of the launch file itself
    "env": Substitution(1, 2, _env),  # $(env NAME [DEFAULT])
    "equals": Substitution(2, 2, _equals),  # $(equals A B)
    "filename": Substitution(0, 0, _filename),  # path of the launch file itself
    "find-exec": Substitution(1, 1, _find_exec),  # $(find-exec PROGRAM), on PATH
    "find-pkg-share": Substitution(1, 1, _find_pkg_share),  # $(find-pkg-share PACKAGE)
    "if": Substitution(2, 3, _if),  # $(if CONDITION THEN [ELSE])
    "not": Substitution(1, 1, _not),  # $(not A)
    "not-equals": Substitution(2, 2, _not_equals),  # $(not-equals A B)
    "or": Substitution(2, 2, _or),  # $(or A B)
    "var": Substitution(1, 2, _var),  # $(var NAME [DEFAULT]), a launch argument or <let>
}
