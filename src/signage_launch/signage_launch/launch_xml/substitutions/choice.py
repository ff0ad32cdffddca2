"""``$(if CONDITION [THEN] [ELSE])``: one of two texts."""

from signage_launch.launch_xml.scope import Scope
from signage_launch.launch_xml.substitutions.substitution import Arguments, Substitution
from signage_launch.launch_xml.values import parse_value


def _perform(arguments: Arguments, _: Scope) -> str:
    try:
        condition = bool(parse_value(arguments[0](), "bool"))
    except ValueError as error:
        raise LookupError(f"$(if): {error}") from None
    chosen = arguments[1:2] if condition else arguments[2:3]
    return chosen[0]() if chosen else ""


IF = Substitution("if", 2, 3, _perform)
