"""Texts of parameter files, written so that ROS reads each value as what it is.

ROS's own reader takes ``y``, ``08``, ``1e3`` and ``nan`` for a boolean or a number unless they are quoted, and PyYAML,
with which ROS 2 launch writes parameters, leaves them unquoted. Here every string is quoted.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import yaml
from signage_common.errors import ConfigurationError

PARAMETERS = "ros__parameters"
_STRING = "tag:yaml.org,2002:str"
_NULL = "tag:yaml.org,2002:null"
_ONE_LINE = 1_000_000
_BOOLEANS = {
    word: value
    for value, small in ((True, ("y", "yes", "on", "true")), (False, ("n", "no", "off", "false")))
    for each in small
    for word in (each, each.capitalize(), each.upper())
}
"""What ROS takes for a boolean."""


class _Dumper(yaml.SafeDumper):
    """Writes strings in double quotes, but for the names before the colons."""

    def represent_str(self, data: str) -> yaml.ScalarNode:
        return self.represent_scalar(_STRING, data, style='"')

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> yaml.MappingNode:
        node = super().represent_mapping(tag, mapping, flow_style)
        for key, _ in node.value:
            key.style = None
        return node


_Dumper.add_representer(str, _Dumper.represent_str)


def dump_parameters(node: str, values: Mapping[str, Any]) -> str:
    """Return the text of a parameter file for one node, or a pattern of names.

    Raises:
        ConfigurationError: a string is none that ROS can take.
    """
    for name, value in values.items():
        for each in value if isinstance(value, list) else [value]:
            check_text(name, each)
    return yaml.dump({node: {PARAMETERS: dict(values)}}, Dumper=_Dumper, allow_unicode=True, width=_ONE_LINE)


def check_text(name: str, value: object) -> None:
    """Check that ROS can take a string: valid UTF-8, without the character that ends strings in C.

    Raises:
        ConfigurationError: it can't.
    """
    if not isinstance(value, str):
        return
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ConfigurationError(f"{name}: expected UTF-8, got another byte as character {error.start + 1}") from None
    if "\0" in value:
        raise ConfigurationError(f"{name}: expected a text without the character 0")


def compose(text: str, location: str) -> yaml.Node | None:
    """Return the nodes of a YAML text; None if it holds nothing.

    Raises:
        ConfigurationError: it is no YAML; the message starts with ``location`` and repeats nothing of the text.
    """
    try:
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ConfigurationError(f"{location}{line}: not valid YAML: {error.problem or error.context}") from None
    except yaml.YAMLError:
        raise ConfigurationError(f"{location}: not valid YAML: it holds characters that YAML does not know") from None
    except RecursionError:
        raise ConfigurationError(f"{location}: nested too deep") from None


def serialize(root: yaml.Node) -> str:
    """Return the text of YAML nodes."""
    return yaml.serialize(root, Dumper=_Dumper, allow_unicode=True, width=_ONE_LINE)


def filled(node: yaml.Node, fill: Callable[[str, int], str]) -> yaml.Node:
    """Return the nodes of a parameter file with its substitutions carried out.

    What stands in quotes or in a block stays a string whatever is filled in; anything else is what YAML makes of it.

    Args:
        node: the nodes, which may be changed.
        fill: returns the text for a text with substitutions; is told the line, too.
    """
    if isinstance(node, yaml.SequenceNode):
        node.value = [filled(item, fill) for item in node.value]
    elif isinstance(node, yaml.MappingNode):
        node.value = [(filled(key, fill), filled(value, fill)) for key, value in node.value]
    elif isinstance(node, yaml.ScalarNode) and "$(" in node.value:
        return _filled_scalar(node, fill(node.value, node.start_mark.line + 1))
    return node


def _filled_scalar(scalar: yaml.ScalarNode, text: str) -> yaml.Node:
    if scalar.style is None:
        with contextlib.suppress(yaml.YAMLError):
            return yaml.compose(text, Loader=yaml.SafeLoader) or yaml.ScalarNode(_NULL, "")
    return yaml.ScalarNode(_STRING, text, style='"')


def _scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _scalars(item)
    elif isinstance(node, yaml.MappingNode):
        for pair in node.value:
            for item in pair:
                yield from _scalars(item)


def retype(root: yaml.Node, types: Mapping[str, type]) -> None:
    """Make of every value what its parameter's type asks for, where what is written can be read so, in place.

    ``source: 0`` becomes a string, ``fps: 15`` a float. What can't be read so stays as it is, for the check of values.

    Args:
        root: the nodes of a parameter file.
        types: by name of the parameter; of a list, the type of its items. Other parameters stay as they are.
    """
    for name, value in _parameters(root):
        if name in types:
            for scalar in _scalars(value):
                _retype_scalar(scalar, types[name])


def _parameters(node: yaml.Node) -> Iterator[tuple[str, yaml.Node]]:
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        if key.value == PARAMETERS and isinstance(value, yaml.MappingNode):
            yield from ((name.value, inner) for name, inner in value.value if isinstance(name, yaml.ScalarNode))
        else:
            yield from _parameters(value)


def _retype_scalar(scalar: yaml.ScalarNode, kind: type) -> None:
    if scalar.style is not None:
        return
    if kind is str:
        scalar.tag, scalar.style = _STRING, '"'
    elif kind is bool and scalar.value in _BOOLEANS:
        _replace(scalar, _BOOLEANS[scalar.value])
    elif kind is float:
        with contextlib.suppress(ValueError):
            _replace(scalar, float(scalar.value))


def _replace(scalar: yaml.ScalarNode, value: bool | float) -> None:
    written = _Dumper(io.StringIO()).represent_data(value)
    scalar.tag, scalar.value = written.tag, written.value
