"""``<push-ros-namespace namespace>``: the namespace of the nodes from here on."""

from __future__ import annotations

from dataclasses import dataclass

from signage_common.errors import ConfigurationError

from signage_launch.launch_xml.elements.registry import element
from signage_launch.launch_xml.entity import Entity
from signage_launch.launch_xml.namespace import CONFIGURATION, check_namespace, join_namespace
from signage_launch.launch_xml.scope import Scope
from signage_launch.launch_xml.template import Template, parse_template


@dataclass(frozen=True)
class PushNamespace:
    """Go one namespace deeper."""

    namespace: Template

    def perform(self, scope: Scope) -> None:
        """Set the namespace in this scope.

        Raises:
            ConfigurationError: it is not valid.
        """
        namespace = join_namespace(scope.configurations.get(CONFIGURATION), self.namespace.fill(scope)) or "/"
        try:
            check_namespace(namespace)
        except ValueError as error:
            raise ConfigurationError(f"{self.namespace.location}: {error}") from None
        scope.configurations[CONFIGURATION] = namespace


@element("push-ros-namespace", "push_ros_namespace")
def read_push_namespace(entity: Entity) -> PushNamespace:
    """Read the element."""
    entity.check_action(("namespace",))
    return PushNamespace(parse_template(entity.require("namespace"), entity.location))
