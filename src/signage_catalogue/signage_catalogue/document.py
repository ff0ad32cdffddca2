"""Read YAML into plain data and remember the line of every field.

Scalars follow the core schema of YAML 1.2: ``on`` and ``no`` are texts, ``22:00`` is no number and ``2026-11-01`` no
date before the schema says so. A key that comes twice is an error, and an alias can't blow the document up.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from signage_catalogue.errors import FieldPath, Problem, field_name

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_TEXT = _TAG + "str"
_PLAIN_TAGS = {
    _TAG + name for name in ("str", "int", "float", "bool", "null", "timestamp", "merge", "value", "map", "seq")
}
_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: Mapping[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
MAX_DEPTH = 20
MAX_FIELDS = 200_000


class DocumentError(Exception):
    """The text is no usable YAML document."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass
class Document:
    """Plain data (dict, list, str, int, float, bool, None) and the line of every field."""

    data: object = None
    lines: dict[FieldPath, int] = field(default_factory=dict)

    def line_of(self, place: FieldPath) -> int:
        """Return the line of a field, or of the nearest one above it that exists."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def parse_document(text: str) -> Document:
    """Parse one YAML document.

    Raises:
        DocumentError: the text is no YAML, a key comes twice, or it is too deep or too large.
    """
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise DocumentError(Problem(line, "", f"expected YAML, got: {error.problem or error.context}")) from None
    except yaml.YAMLError as error:
        raise DocumentError(Problem(0, "", f"expected YAML, got: {str(error).splitlines()[0]}")) from None
    document = Document()
    if root is not None:
        document.data = _read(root, (), document.lines)
    return document


def _read(node: yaml.Node, place: FieldPath, lines: dict[FieldPath, int]) -> object:
    lines.setdefault(place, node.start_mark.line + 1)
    if len(place) > MAX_DEPTH or len(lines) > MAX_FIELDS:
        raise _problem(node, place, f"expected at most {MAX_DEPTH} levels and {MAX_FIELDS} fields")
    if node.tag not in _PLAIN_TAGS:
        raise _problem(node, place, f"expected a plain value, got the tag {node.tag}")
    if isinstance(node, yaml.MappingNode):
        return _read_mapping(node, place, lines)
    if isinstance(node, yaml.ScalarNode):
        return _read_scalar(node)
    return [_read(item, (*place, index), lines) for index, item in enumerate(node.value)]


def _read_mapping(node: yaml.MappingNode, place: FieldPath, lines: dict[FieldPath, int]) -> dict[str, object]:
    data: dict[str, object] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise _problem(key_node, place, "expected a name as the key, got a list or a mapping")
        key = unicodedata.normalize("NFC", key_node.value)
        inner = (*place, key)
        if key in data:
            raise _problem(key_node, inner, f"expected each name once, got it again after line {lines[inner]}")
        lines[inner] = key_node.start_mark.line + 1
        data[key] = _read(value_node, inner, lines)
    return data


def _read_scalar(node: yaml.ScalarNode) -> object:
    text = str(node.value)
    if node.style or (node.tag == _TEXT and text not in _WORDS):
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text) and len(text) < 20:
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _problem(node: yaml.Node, place: FieldPath, message: str) -> DocumentError:
    return DocumentError(Problem(node.start_mark.line + 1, field_name(place), message))
