"""``$(exec-in-pkg EXECUTABLE PACKAGE)``: the path of an executable of a ROS package."""

from signage_launch.launch_xml.packages import find_executable
from signage_launch.launch_xml.scope import Scope
from signage_launch.launch_xml.substitutions.substitution import Arguments, Substitution


def _perform(arguments: Arguments, scope: Scope) -> str:
    executable, package = arguments[0](), arguments[1]()
    return str(find_executable(package, executable, scope.environment))


EXEC_IN_PKG = Substitution("exec-in-pkg", 2, 2, _perform)
