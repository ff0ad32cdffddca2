"""Turn what pydantic found wrong into problems with line and field: what was expected, and what was there."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from signage_catalogue.document import Document
from signage_catalogue.errors import FieldPath, Problem, field_name
from signage_catalogue.schema import fields_at

_KINDS = {
    "string_type": "a text; a number as a text is put in quotes",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "tuple_type": "a list",
    "dict_type": "a mapping of names",
    "model_type": "a mapping of fields",
    "model_attributes_type": "a mapping of fields",
    "string_too_short": "a text that is not empty",
    "too_short": "at least one entry",
}
_LIMITS = {
    "greater_than": ("more than {gt}", "gt"),
    "greater_than_equal": ("at least {ge}", "ge"),
    "less_than_equal": ("at most {le}", "le"),
    "too_long": ("at most {max_length} entries", "max_length"),
    "string_too_long": ("at most {max_length} characters", "max_length"),
    "literal_error": ("{expected}", "expected"),
}
_KEY = "[key]"


def problems_of(error: ValidationError, document: Document) -> list[Problem]:
    """Return the problems that a failed validation found, each with line and field."""
    return [_problem(details, document) for details in error.errors(include_url=False)]


def _problem(details: ErrorDetails, document: Document) -> Problem:
    place: FieldPath = tuple(step for step in details["loc"] if step != _KEY)
    if details["type"] == "extra_forbidden":
        message = f"unknown field; expected one of {', '.join(fields_at(place[:-1]))}"
    else:
        message = _message(details)
    return Problem(document.line_of(place), field_name(place), message)


def _message(details: ErrorDetails) -> str:
    kind, context = details["type"], details.get("ctx", {})
    if kind == "missing":
        return "expected this field, which is required"
    if kind == "value_error":
        return str(context["error"])
    if kind in _LIMITS:
        return f"expected {_LIMITS[kind][0].format(**context)}, got {_shown(details['input'])}"
    return f"expected {_KINDS.get(kind) or details['msg']}, got {_shown(details['input'])}"


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
