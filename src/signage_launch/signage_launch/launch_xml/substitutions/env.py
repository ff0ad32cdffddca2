"""``$(env NAME [DEFAULT])``: an environment variable."""

from signage_launch.launch_xml.scope import Scope
from signage_launch.launch_xml.substitutions.substitution import Arguments, Substitution


def _perform(arguments: Arguments, scope: Scope) -> str:
    name = arguments[0]()
    if name in scope.environment:
        return scope.environment[name]
    if len(arguments) > 1:
        return arguments[1]()
    raise LookupError(f"$(env {name}): the environment variable is not set")


ENV = Substitution("env", 1, 2, _perform)
