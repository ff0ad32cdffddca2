"""``$(find-exec NAME)``: the path of a program on PATH."""

import shutil

from signage_launch.launch_xml.scope import Scope
from signage_launch.launch_xml.substitutions.substitution import Arguments, Substitution


def _perform(arguments: Arguments, scope: Scope) -> str:
    name = arguments[0]()
    found = shutil.which(name, path=scope.environment.get("PATH"))
    if found is None:
        raise LookupError(f"$(find-exec {name}): not found on PATH")
    return found


FIND_EXEC = Substitution("find-exec", 1, 1, _perform)
