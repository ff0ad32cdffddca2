"""Texts of parameter files, written so that ROS reads each value as what it is.

ROS's own reader takes ``y``, ``08``, ``1e3`` and ``nan`` for a boolean or a number unless they are quoted, and PyYAML,
with which ROS 2 launch writes parameters, leaves them unquoted. Here every string is quoted.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import yaml
from signage_common.errors import ConfigurationError

PARAMETERS = "ros__parameters"
_STRING = "tag:yaml.org,2002:str"
_MAPPING = "tag:yaml.org,2002:map"
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


class _Loader(yaml.SafeLoader):
    """Reads what looks like a date as a text, as ROS does."""

    yaml_implicit_resolvers = {  # noqa: RUF012  named by the base class
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def compose(text: str, location: str) -> yaml.MappingNode | None:
    """Return the nodes of the text of a parameter file; None if it holds nothing.

    Raises:
        ConfigurationError: it is no YAML, or no parameter file; the message starts with ``location`` and repeats
            nothing of the text, which may hold a password.
    """
    root = _read(lambda: yaml.compose(text, Loader=_Loader), location)
    if root is not None and not isinstance(root, yaml.MappingNode):
        raise ConfigurationError(f"{location}: expected names of nodes, with {PARAMETERS} below")
    return root


def load(text: str, location: str) -> Any:
    """Return what a YAML text says.

    Raises:
        ConfigurationError: as of ``compose``.
    """
    return _read(lambda: yaml.load(text, Loader=_Loader), location)  # noqa: S506  it is a SafeLoader


def _read(read: Callable[[], Any], location: str) -> Any:
    try:
        return read()
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ConfigurationError(f"{location}{line}: not valid YAML: {error.problem or error.context}") from None
    except (yaml.YAMLError, ValueError, TypeError, LookupError, AttributeError):  # the last two of wrong explicit tags
        raise ConfigurationError(f"{location}: not valid YAML: it holds characters or values that it can't") from None
    except RecursionError:
        raise ConfigurationError(f"{location}: nested too deep") from None


def serialize(root: yaml.Node) -> str:
    """Return the text of YAML nodes."""
    return yaml.serialize(root, Dumper=_Dumper, allow_unicode=True, width=_ONE_LINE)


def joined(roots: Sequence[yaml.MappingNode]) -> yaml.Node:
    """Return the nodes of one parameter file that says what several say, one after another."""
    return yaml.MappingNode(_MAPPING, [pair for root in roots for pair in root.value], flow_style=False)


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
            return yaml.compose(text, Loader=_Loader) or yaml.ScalarNode(_NULL, "")
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


def retype(root: yaml.Node, types: Mapping[str, type], changes: Mapping[str, int]) -> None:
    """Make of every value what its parameter's type asks for, where what is written can be read so, in place.

    ``source: 0`` becomes a string, ``fps: 15`` a float. What can't be read so stays as it is, for the check of values.

    Args:
        root: the nodes of a parameter file.
        types: by name of the parameter; of a list, the type of its items. Other parameters stay as they are.
        changes: what stands in place of 0, by name of the parameter.
    """
    for name, value in _parameters(root):
        for scalar in _scalars(value):
            if name in types:
                _retype_scalar(scalar, types[name])
            if name in changes and scalar.value == "0":
                scalar.value = str(changes[name])


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
