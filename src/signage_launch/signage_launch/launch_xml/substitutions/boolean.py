"""``$(not A)``, ``$(and A B)``, ``$(or A B)``: ``true`` or ``false``."""

from collections.abc import Callable

from signage_launch.launch_xml.scope import Scope
from signage_launch.launch_xml.substitutions.substitution import Arguments, Substitution
from signage_launch.launch_xml.values import parse_value


def _boolean(name: str, count: int, combine: Callable[[list[bool]], bool]) -> Substitution:
    def perform(arguments: Arguments, _: Scope) -> str:
        try:
            values = [bool(parse_value(argument(), "bool")) for argument in arguments]
        except ValueError as error:
            raise LookupError(f"$({name}): {error}") from None
        return "true" if combine(values) else "false"

    return Substitution(name, count, count, perform)


NOT = _boolean("not", 1, lambda values: not values[0])
AND = _boolean("and", 2, all)
OR = _boolean("or", 2, any)
