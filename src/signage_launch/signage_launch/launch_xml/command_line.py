"""Split a command line that has substitutions in it."""

from __future__ import annotations

import shlex

from signage_common.errors import ConfigurationError

from signage_launch.launch_xml.scope import Scope
from signage_launch.launch_xml.template import Call, Template, parse_template


def parse_command(text: str, location: str) -> tuple[Template, ...]:
    """Return one template for each argument.

    Arguments are separated as in a shell; what a substitution brings in is never split.

    Raises:
        ConfigurationError: a quote is not closed, or a substitution is wrong.
    """
    arguments: list[list[str | Call]] = [[]]
    for part in parse_template(text, location).parts:
        if isinstance(part, Call):
            arguments[-1].append(part)
            continue
        try:
            words = shlex.split(part)
        except ValueError as error:
            raise ConfigurationError(f"{location}: {error} in {text!r}") from None
        _add_words(arguments, part, words)
    return tuple(Template(tuple(parts), location) for parts in arguments if parts)


def _add_words(arguments: list[list[str | Call]], part: str, words: list[str]) -> None:
    if part[0].isspace():
        arguments.append([])
    for number, word in enumerate(words):
        if number:
            arguments.append([])
        arguments[-1].append(word)
    if part[-1].isspace():
        arguments.append([])


def fill_command(command: tuple[Template, ...], scope: Scope) -> list[str]:
    """Return the arguments with substitutions carried out."""
    return [argument.fill(scope) for argument in command]
