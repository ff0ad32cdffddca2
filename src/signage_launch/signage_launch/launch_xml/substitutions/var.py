"""``$(var NAME [DEFAULT])``: the value of a launch argument or of a ``let``."""

from signage_launch.launch_xml.scope import Scope
from signage_launch.launch_xml.substitutions.substitution import Arguments, Substitution


def _perform(arguments: Arguments, scope: Scope) -> str:
    name = arguments[0]()
    if name in scope.configurations:
        return scope.configurations[name]
    if len(arguments) > 1:
        return arguments[1]()
    raise LookupError(f"$(var {name}): no such launch argument or <let>")


VAR = Substitution("var", 1, 2, _perform)
