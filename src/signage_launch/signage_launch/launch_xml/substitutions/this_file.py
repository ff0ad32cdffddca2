"""``$(dirname)`` and ``$(filename)``: folder and path of the launch file itself."""

from signage_launch.launch_xml.scope import Scope
from signage_launch.launch_xml.substitutions.substitution import Arguments, Substitution


def _dirname(_: Arguments, scope: Scope) -> str:
    return str(scope.file.parent)


def _filename(_: Arguments, scope: Scope) -> str:
    return str(scope.file)


DIRNAME = Substitution("dirname", 0, 0, _dirname)
FILENAME = Substitution("filename", 0, 0, _filename)
