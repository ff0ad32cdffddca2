"""``$(find-pkg-share PACKAGE)`` and ``$(find-pkg-prefix PACKAGE)``: where a ROS package is installed."""

from signage_launch.launch_xml.packages import package_prefix, package_share
from signage_launch.launch_xml.scope import Scope
from signage_launch.launch_xml.substitutions.substitution import Arguments, Substitution


def _share(arguments: Arguments, scope: Scope) -> str:
    return str(package_share(arguments[0](), scope.environment))


def _prefix(arguments: Arguments, scope: Scope) -> str:
    return str(package_prefix(arguments[0](), scope.environment))


FIND_PKG_SHARE = Substitution("find-pkg-share", 1, 1, _share)
FIND_PKG_PREFIX = Substitution("find-pkg-prefix", 1, 1, _prefix)
