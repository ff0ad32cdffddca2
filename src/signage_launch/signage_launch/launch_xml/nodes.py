"""``<node>``, a ROS node in a process of its own, and the names and namespaces of nodes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from signage_common.errors import ConfigurationError, shown

from signage_launch.launch_xml.entity import Entity
from signage_launch.launch_xml.packages import find_executable
from signage_launch.launch_xml.parameters import Parameters, parameter_arguments, read_parameters
from signage_launch.launch_xml.plan import ParameterText, Scope
from signage_launch.launch_xml.process import (
    ATTRIBUTES,
    CHILDREN,
    ProcessSettings,
    fill_command,
    parse_command,
    read_process_settings,
)
from signage_launch.launch_xml.substitutions import Pairs, Template, optional_template_of, read_pairs, template_of

OWN_PACKAGES = frozenset(
    {"deeplens_camera", "face_inference", "ad_selector", "signage_bridge", "signage_journal", "signage_bags"}
)
"""The packages whose nodes take signals only when they can answer, and say when they are ready."""
_NAMESPACE = "ros_namespace"  # the configuration that ROS 2 launch keeps the namespace in
_OWN_ATTRIBUTES = ("pkg", "exec", "name", "namespace", "exec_name", "args", "ros_args")
_TOKEN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TOPIC = re.compile(r"(?:~|(?:~?/)?{0}(?:/{0})*)".format(r"(?:[A-Za-z_]|\{\w+\})(?:[A-Za-z0-9_]|\{\w+\})*"))
_LONGEST_TOPIC = 247
"""Letters that rmw takes for the name of a topic."""


@dataclass(frozen=True)
class Node:
    """``<node pkg exec name namespace>``.

    Attributes:
        settings: what it shares with any executable.
        package: the package of the executable; None where ``executable`` is a path.
        executable: a program.
        name: name of the node; None for the program's own.
        namespace: below that of the scope, or absolute.
        label: prefix of its lines; None for the program's name.
        arguments: of the program itself.
        ros_arguments: such as ``--log-level debug``.
        parameters: in the order of the file.
        remaps: old and new names of topics and services.
    """

    settings: ProcessSettings
    package: Template | None
    executable: Template
    name: Template | None
    namespace: Template | None
    label: Template | None
    arguments: tuple[Template, ...]
    ros_arguments: tuple[Template, ...]
    parameters: Parameters
    remaps: Pairs

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
        process = self.settings.plan(label, arguments, scope, node)
        is_own = self.package is not None and self.package.fill(scope) in OWN_PACKAGES
        scope.plan.processes.append(replace(process, is_own=is_own))

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
        namespace = join_namespace(scope.configurations.get(_NAMESPACE), own)
        if namespace is not None:
            check_namespace(namespace)
        return name, namespace

    def _arguments(self, scope: Scope, name: str | None, namespace: str | None, node: str) -> list[str | ParameterText]:
        ros_arguments = fill_command(self.ros_arguments, scope)
        remaps = [f"{old.fill(scope)}:={_filled_topic(new, scope)}" for old, new in self.remaps]
        return [
            *fill_command(self.arguments, scope),
            *(["--ros-args", *ros_arguments] if ros_arguments else []),
            "--ros-args",
            *(["-r", f"__node:={name}"] if name else []),
            *(["-r", f"__ns:={namespace}"] if namespace else []),
            *parameter_arguments(self.parameters, node, scope),
            *(item for remap in remaps for item in ("-r", remap)),
        ]


def _filled_topic(name: Template, scope: Scope) -> str:
    text = name.fill(scope)
    try:
        check_topic(text)
    except ValueError as error:
        raise ConfigurationError(f"{name.argument or name.location}: {error}") from None
    return text


def read_node(entity: Entity) -> Node:
    """Read ``<node>``."""
    entity.check_action((*ATTRIBUTES, *_OWN_ATTRIBUTES), (*CHILDREN, "param", "remap"))
    return Node(
        settings=read_process_settings(entity),
        package=optional_template_of(entity, "pkg"),
        executable=template_of(entity, "exec"),
        name=optional_template_of(entity, "name"),
        namespace=optional_template_of(entity, "namespace"),
        label=optional_template_of(entity, "exec_name"),
        arguments=parse_command(entity.get("args") or "", entity.location),
        ros_arguments=parse_command(entity.get("ros_args") or "", entity.location),
        parameters=read_parameters(entity),
        remaps=read_pairs(entity, "remap", "from", "to"),
    )


@dataclass(frozen=True)
class PushNamespace:
    """``<push-ros-namespace namespace>``: the namespace of the nodes from here on, below that of the scope."""

    namespace: Template

    def perform(self, scope: Scope) -> None:
        """Set the namespace in this scope.

        Raises:
            ConfigurationError: it is not valid.
        """
        namespace = join_namespace(scope.configurations.get(_NAMESPACE), self.namespace.fill(scope)) or "/"
        try:
            check_namespace(namespace)
        except ValueError as error:
            raise ConfigurationError(f"{self.namespace.argument or self.namespace.location}: {error}") from None
        scope.configurations[_NAMESPACE] = namespace


def read_push_namespace(entity: Entity) -> PushNamespace:
    """Read ``<push-ros-namespace>``."""
    entity.check_action(("namespace",))
    return PushNamespace(template_of(entity, "namespace"))


def join_namespace(base: str | None, name: str | None) -> str | None:
    """Return an absolute namespace below another; one that starts with a slash stands for itself; None if both are."""
    if base is None and name is None:
        return None
    if name is None:
        joined = base or ""
    elif not base or name.startswith("/"):
        joined = name
    else:
        joined = f"{base.rstrip('/')}/{name}"
    return "/" + joined.strip("/")


def check_name(name: str, what: str) -> None:
    """Check the name of a node.

    Raises:
        ValueError: it is no valid ROS name.
    """
    if not _TOKEN.fullmatch(name):
        raise ValueError(f"{what} {name!r}: expected letters, digits and underscores, not starting with a digit")


def check_namespace(namespace: str) -> None:
    """Check an absolute namespace.

    Raises:
        ValueError: a part of it is no valid ROS name.
    """
    for token in namespace[1:].split("/") if namespace != "/" else ():
        check_name(token, f"part of namespace {namespace}:")


def check_topic(name: str) -> None:
    """Check the name of a topic or service: absolute, relative, or below the node's own with a tilde.

    Raises:
        ValueError: it is no valid ROS name.
    """
    if not _TOPIC.fullmatch(name) or len(name) > _LONGEST_TOPIC:
        raise ValueError(f"expected the name of a topic, such as /image_raw, got {shown(name)}")
