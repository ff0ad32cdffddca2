"""``if`` and ``unless`` of an element."""

from __future__ import annotations

from signage_common.errors import ConfigurationError

from signage_launch.launch_xml.entity import Entity
from signage_launch.launch_xml.scope import Scope
from signage_launch.launch_xml.template import Template, parse_template

_WORDS = {"true": True, "1": True, "false": False, "0": False}


class Condition:
    """Whether an element is carried out."""

    def __init__(self, template: Template, wanted: bool) -> None:
        """Make a condition that holds when the text becomes ``wanted``."""
        self._template = template
        self._wanted = wanted

    def holds(self, scope: Scope) -> bool:
        """Return whether it holds.

        Raises:
            ConfigurationError: the text is neither true nor false.
        """
        text = self._template.fill(scope)
        word = text.strip().lower()
        if word not in _WORDS:
            raise ConfigurationError(f"{self._template.location}: expected true, 1, false or 0, got {text!r}")
        return _WORDS[word] is self._wanted


def read_condition(entity: Entity) -> Condition | None:
    """Return the condition of an element, or None if it has none.

    Raises:
        ConfigurationError: it has both ``if`` and ``unless``.
    """
    holds, fails = entity.get("if"), entity.get("unless")
    if holds is not None and fails is not None:
        raise entity.error("'if' and 'unless' exclude each other")
    if holds is not None:
        return Condition(parse_template(holds, f"{entity.location} if"), True)
    if fails is not None:
        return Condition(parse_template(fails, f"{entity.location} unless"), False)
    return None
