"""The substitutions of launch files, one kind in each file."""

from signage_launch.launch_xml.substitutions.boolean import AND, NOT, OR
from signage_launch.launch_xml.substitutions.choice import IF
from signage_launch.launch_xml.substitutions.env import ENV
from signage_launch.launch_xml.substitutions.equality import EQUALS, NOT_EQUALS
from signage_launch.launch_xml.substitutions.exec_in_pkg import EXEC_IN_PKG
from signage_launch.launch_xml.substitutions.find_exec import FIND_EXEC
from signage_launch.launch_xml.substitutions.find_pkg import FIND_PKG_PREFIX, FIND_PKG_SHARE
from signage_launch.launch_xml.substitutions.substitution import Substitution
from signage_launch.launch_xml.substitutions.this_file import DIRNAME, FILENAME
from signage_launch.launch_xml.substitutions.var import VAR

_ALL = (AND, DIRNAME, ENV, EQUALS, EXEC_IN_PKG, FILENAME, FIND_EXEC, FIND_PKG_PREFIX, FIND_PKG_SHARE, IF)
_MORE = (NOT, NOT_EQUALS, OR, VAR)
SUBSTITUTIONS = {substitution.name: substitution for substitution in _ALL + _MORE}

__all__ = ["SUBSTITUTIONS", "Substitution"]
