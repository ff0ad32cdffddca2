"""Read YAML into plain data and remember the line of every field.

Scalars follow the core schema of YAML 1.2: ``on`` and ``no`` are texts, ``22:00`` is no number, ``1e3`` is one, and
``2026-11-01`` is no date before the schema says so. A key that comes twice is an error. The parser's events are read
one by one, so that depth and size are bounded before anything is made of them, whatever aliases stand for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from signage_catalogue.errors import FieldPath, Problem, field_name

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_TEXT_TAGS = ("!", _TAG + "str")
_COLLECTION_TAGS = (None, "!", _TAG + "map", _TAG + "seq")
_SCALAR_TAGS = (None, *_TEXT_TAGS, *(_TAG + name for name in ("int", "float", "bool", "null")))
_WORDS: Mapping[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBERS: Mapping[str, Callable[[str], int | float]] = {
    r"[-+]?[0-9]{1,18}": int,
    r"0o[0-7]{1,18}": lambda text: int(text, 8),
    r"0x[0-9a-fA-F]{1,15}": lambda text: int(text, 16),
    r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?": float,
}
MAX_DEPTH = 20
MAX_FIELDS = 200_000
_MAX_NUMBER = 100
_LONG_TEXT = 50
"""A text counts as another field for so many characters each, so that its aliases are bounded too."""


class DocumentError(Exception):
    """The text is no usable YAML document."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass
class Document:
    """Plain data (dict, list, str, int, float, bool, None) and the line of every field.

    What an alias stands for is the same object at each place; its fields have the line of the alias.
    """

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
        return _Reader(yaml.parse(text, Loader=_LOADER)).read()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise DocumentError(Problem(line, "", f"expected YAML, got: {error.problem or error.context}")) from None
    except yaml.YAMLError as error:
        raise DocumentError(Problem(0, "", f"expected YAML, got: {str(error).splitlines()[0]}")) from None


@dataclass(frozen=True)
class _Value:
    """What stands at one place.

    Attributes:
        data: plain data.
        size: how many fields it counts as, with all that it holds.
        depth: how many levels it has.
    """

    data: object
    size: int = 1
    depth: int = 0


class _Reader:
    """Makes a document of the events of a parser; an event that goes too deep or too far ends it."""

    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self._events = events
        self._document = Document()
        self._size = 0
        self._anchors: dict[str, _Value | None] = {}  # None while what it names is still being read

    def read(self) -> Document:
        next(self._events)  # the start of the stream
        if isinstance(next(self._events), yaml.DocumentStartEvent):
            self._document.data = self._read(next(self._events), ()).data
            next(self._events)  # the end of the document
            after = next(self._events)
            if not isinstance(after, yaml.StreamEndEvent):
                raise _problem(after, (), "expected YAML with one document, got another one")
        return self._document

    def _read(self, event: Any, place: FieldPath) -> _Value:
        self._document.lines.setdefault(place, _line_of(event))
        if isinstance(event, yaml.AliasEvent):
            return self._grown(self._aliased(event, place), event, place)
        if event.anchor:
            self._anchors[event.anchor] = None
        value = self._read_new(event, place)
        if event.anchor:
            self._anchors[event.anchor] = value
        return value

    def _read_new(self, event: Any, place: FieldPath) -> _Value:
        tags = _SCALAR_TAGS if isinstance(event, yaml.ScalarEvent) else _COLLECTION_TAGS
        if event.tag not in tags:
            raise _problem(event, place, f"expected a plain value, got the tag {event.tag}")
        if isinstance(event, yaml.ScalarEvent):
            return self._grown(_Value(_read_scalar(event), 1 + len(event.value) // _LONG_TEXT), event, place)
        before = self._size
        self._grown(_Value(None), event, place)
        read = self._read_mapping if isinstance(event, yaml.MappingStartEvent) else self._read_list
        data, depth = read(place)
        return _Value(data, self._size - before, depth + 1)

    def _read_mapping(self, place: FieldPath) -> tuple[dict[str, object], int]:
        data: dict[str, object] = {}
        depth, lines = 0, self._document.lines
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise _problem(event, place, "expected a name as the key, got a list, a mapping or an alias")
            key = unicodedata.normalize("NFC", event.value)
            inner = (*place, key)
            if key in data:
                raise _problem(event, inner, f"expected each name once, got it again after line {lines[inner]}")
            lines[inner] = _line_of(event)
            value = self._read(next(self._events), inner)
            data[key], depth = value.data, max(depth, value.depth)
        return data, depth

    def _read_list(self, place: FieldPath) -> tuple[list[object], int]:
        data: list[object] = []
        depth = 0
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            value = self._read(event, (*place, len(data)))
            data.append(value.data)
            depth = max(depth, value.depth)
        return data, depth

    def _aliased(self, event: yaml.AliasEvent, place: FieldPath) -> _Value:
        if event.anchor not in self._anchors:
            raise _problem(event, place, f"expected the anchor &{event.anchor} before its alias")
        value = self._anchors[event.anchor]
        if value is None:
            raise _problem(event, place, f"expected at most {MAX_DEPTH} levels, got an alias of what holds it")
        return value

    def _grown(self, value: _Value, event: yaml.Event, place: FieldPath) -> _Value:
        """Count what stands at a place, and return it."""
        self._size += value.size
        if len(place) + value.depth > MAX_DEPTH or self._size > MAX_FIELDS:
            raise _problem(event, place, f"expected at most {MAX_DEPTH} levels and {MAX_FIELDS} fields")
        return value


def _read_scalar(event: yaml.ScalarEvent) -> object:
    text = str(event.value)
    is_quoted = event.tag is None and not event.implicit[0]
    if is_quoted or event.tag in _TEXT_TAGS:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if len(text) <= _MAX_NUMBER:
        for pattern, convert in _NUMBERS.items():
            if re.fullmatch(pattern, text):
                return convert(text)
    return text


def _line_of(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _problem(event: yaml.Event, place: FieldPath, message: str) -> DocumentError:
    return DocumentError(Problem(_line_of(event), field_name(place), message))
