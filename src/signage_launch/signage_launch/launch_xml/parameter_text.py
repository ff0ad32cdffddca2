"""Texts of parameter files, written so that ROS reads each value as what it is.

ROS's own reader takes ``y``, ``08``, ``1e3`` and ``nan`` for a boolean or a number unless they are quoted, and PyYAML,
with which ROS 2 launch writes parameters, leaves them unquoted. Here every string is quoted.
"""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import yaml
from signage_common.errors import ConfigurationError

PARAMETERS = "ros__parameters"
_STRING = "tag:yaml.org,2002:str"
_MAPPING = "tag:yaml.org,2002:map"
_NULL = "tag:yaml.org,2002:null"
_ONE_LINE = 1_000_000
_NODE = re.compile(r"/?(?:[A-Za-z_][A-Za-z0-9_]*|\*\*?)(?:/(?:[A-Za-z_][A-Za-z0-9_]*|\*\*?))*")
_LONGEST_NODE = 255
_NODES_EXPECTED = f"expected names of nodes, with {PARAMETERS} below"
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
    if root is None:
        return None
    if not isinstance(root, yaml.MappingNode):
        raise ConfigurationError(f"{location}: {_NODES_EXPECTED}")
    _check_nodes(root, location, "")
    _check_tree(root, location, set())
    return root


def _check_nodes(node: yaml.MappingNode, location: str, prefix: str) -> None:
    """Check that there is nothing but names of nodes down to their parameters, as ROS's own reader asks."""
    for key, value in node.value:
        where = f"{location}:{key.start_mark.line + 1}"
        if not isinstance(key, yaml.ScalarNode):
            raise ConfigurationError(f"{where}: expected the name of a node")
        if key.value == PARAMETERS:
            _check_parameters(value, where, prefix[:-1])
        elif isinstance(value, yaml.MappingNode):
            _check_nodes(value, location, f"{prefix}{key.value}/")
        else:
            raise ConfigurationError(f"{where}: {_NODES_EXPECTED}")


def _check_parameters(node: yaml.Node, where: str, name: str) -> None:
    if not isinstance(node, yaml.MappingNode):
        raise ConfigurationError(f"{where}: expected names of parameters below {PARAMETERS}")
    if not _is_node(name):
        expected = "a node, such as /deeplens1/camera, camera or /**"
        raise ConfigurationError(f"{where}: expected {PARAMETERS} below the name of {expected}")


def _is_node(name: str) -> bool:
    """Return whether a name, or a pattern of names, can be one of nodes; one with substitutions may become one."""
    return "$(" in name or (bool(_NODE.fullmatch(name)) and len(name.rpartition("/")[2]) <= _LONGEST_NODE)


def _check_tree(node: yaml.Node, location: str, seen: set[int]) -> None:
    """Check what ROS's reader asks of all YAML: no aliases, names that are not empty, lists of plain values."""
    where = f"{location}:{node.start_mark.line + 1}"
    if id(node) in seen:
        raise ConfigurationError(f"{where}: ROS takes no aliases (*name); write out what they stand for")
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        if not all(isinstance(item, yaml.ScalarNode) for item in node.value):
            raise ConfigurationError(f"{where}: expected a list of plain values")
        for item in node.value:
            _check_tree(item, location, seen)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode) or not key.value:
                raise ConfigurationError(f"{where}: expected a name before the colon")
            _check_tree(value, location, seen)


def check_lists(root: yaml.Node, location: str) -> None:
    """Check that the values of each list are of one kind, as ROS asks.

    Raises:
        ConfigurationError: they are not.
    """
    for name, value in _parameters(root):
        if isinstance(value, yaml.SequenceNode) and len({item.tag for item in value.value}) > 1:
            what = f"parameter {name}: expected a list of values of one kind"
            raise ConfigurationError(f"{location}:{value.start_mark.line + 1}: {what}")


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
