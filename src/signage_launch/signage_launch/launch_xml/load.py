"""Turn a launch file and arguments into a plan."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from signage_launch.launch_xml import elements
from signage_launch.launch_xml.arguments import check_given, declared_arguments
from signage_launch.launch_xml.elements.include import read_launch_file
from signage_launch.launch_xml.elements.registry import perform_all
from signage_launch.launch_xml.plan import Plan
from signage_launch.launch_xml.scope import Scope

__all__ = ["elements", "plan_launch"]


def plan_launch(path: Path, given: Mapping[str, str], environment: Mapping[str, str]) -> Plan:
    """Return the processes that a launch file starts.

    Args:
        path: the launch file.
        given: values of launch arguments.
        environment: variables that the launch is started with.

    Raises:
        ConfigurationError: the file or a value is wrong; the message says where.
    """
    path = path.absolute()
    actions = read_launch_file(path)
    check_given(given, declared_arguments(path, environment))
    scope = Scope(dict(given), dict(environment), dict(environment), (path,), Plan())
    perform_all(actions, scope)
    scope.plan.configurations.update(scope.configurations)
    scope.plan.environment.update(scope.environment)
    return scope.plan
