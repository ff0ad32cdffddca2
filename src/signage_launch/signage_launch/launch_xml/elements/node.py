"""``<node pkg exec name namespace>``: a ROS node in a process of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from signage_common.errors import ConfigurationError

from signage_launch.launch_xml.command_line import fill_command, parse_command
from signage_launch.launch_xml.elements.registry import element
from signage_launch.launch_xml.elements.remap import Remaps, read_remaps, remap_arguments
from signage_launch.launch_xml.entity import Entity
from signage_launch.launch_xml.namespace import CONFIGURATION, check_name, check_namespace, join_namespace
from signage_launch.launch_xml.packages import find_executable
from signage_launch.launch_xml.parameters import Parameters, parameter_arguments, read_parameters
from signage_launch.launch_xml.plan import ParameterText
from signage_launch.launch_xml.process import ATTRIBUTES, CHILDREN, Process, read_process
from signage_launch.launch_xml.scope import Scope
from signage_launch.launch_xml.template import Template, parse_template


@dataclass(frozen=True)
class Node:
    """Start a ROS node."""

    process: Process
    package: Template | None
    executable: Template
    name: Template | None
    namespace: Template | None
    label: Template | None
    arguments: tuple[Template, ...]
    ros_arguments: tuple[Template, ...]
    parameters: Parameters
    remaps: Remaps

    def perform(self, scope: Scope) -> None:
        """Add the process to the plan.

        Raises:
            ConfigurationError: the executable is not installed, or a name is not valid.
        """
        try:
            program = self._program(scope)
            name, namespace = self._names(scope)
        except (LookupError, ValueError) as error:
            raise ConfigurationError(f"{self.executable.location}: {error}") from None
        label = program.name if self.label is None else self.label.fill(scope)
        node = f"{namespace.rstrip('/')}/{name}" if name and namespace else ""
        arguments = [str(program), *self._arguments(scope, name, namespace, node)]
        scope.plan.processes.append(self.process.plan(label, arguments, scope, node))

    def _program(self, scope: Scope) -> Path:
        executable = self.executable.fill(scope)
        if self.package is None:
            return Path(executable)
        return find_executable(self.package.fill(scope), executable, scope.environment)

    def _names(self, scope: Scope) -> tuple[str | None, str | None]:
        name = None if self.name is None else self.name.fill(scope)
        if name is not None:
            check_name(name, "node name")
        own = None if self.namespace is None else self.namespace.fill(scope)
        namespace = join_namespace(scope.configurations.get(CONFIGURATION), own)
        if namespace is not None:
            check_namespace(namespace)
        return name, namespace

    def _arguments(self, scope: Scope, name: str | None, namespace: str | None, node: str) -> list[str | ParameterText]:
        ros_arguments = fill_command(self.ros_arguments, scope)
        return [
            *fill_command(self.arguments, scope),
            *(["--ros-args", *ros_arguments] if ros_arguments else []),
            "--ros-args",
            *(["-r", f"__node:={name}"] if name else []),
            *(["-r", f"__ns:={namespace}"] if namespace else []),
            *parameter_arguments(self.parameters, node, scope),
            *remap_arguments(self.remaps, scope),
        ]


_OWN = ("pkg", "exec", "name", "namespace", "exec_name", "args", "ros_args")


@element("node")
def read_node(entity: Entity) -> Node:
    """Read the element."""
    entity.check_action((*ATTRIBUTES, *_OWN), (*CHILDREN, "param", "remap"))
    executable = parse_template(entity.require("exec"), entity.location)
    return Node(
        process=read_process(entity),
        package=_template(entity, "pkg"),
        executable=executable,
        name=_template(entity, "name"),
        namespace=_template(entity, "namespace"),
        label=_template(entity, "exec_name"),
        arguments=parse_command(entity.get("args") or "", entity.location),
        ros_arguments=parse_command(entity.get("ros_args") or "", entity.location),
        parameters=read_parameters(entity),
        remaps=read_remaps(entity),
    )


def _template(entity: Entity, name: str) -> Template | None:
    text = entity.get(name)
    return None if text is None else parse_template(text, entity.location)
