"""Values of parameters: the types that launch files name, and the guess where they name none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import yaml
from signage_common.errors import shown

Scalar = str | bool | int | float
Value = Scalar | list[Scalar]
_SCALARS: dict[str, type] = {"str": str, "bool": bool, "int": int, "float": float}
BOOLEAN_WORDS = {"true": True, "1": True, "false": False, "0": False}
TYPES = (*_SCALARS, *(f"list_of_{name}" for name in _SCALARS), "yaml")


def parse_value(text: str, type_name: str | None) -> Value:
    """Return the value that a text stands for.

    Args:
        text: with all substitutions carried out.
        type_name: one of TYPES; None, like ``yaml``, for what YAML makes of it.

    Raises:
        ValueError: the text is no such value.
    """
    if type_name is None or type_name == "yaml":
        return _guess(text)
    if type_name.startswith("list_of_"):
        return _list(text, _SCALARS[type_name.removeprefix("list_of_")])
    return _PARSERS[type_name](text)


def _load(text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        raise ValueError(f"{shown(text)} is not valid YAML") from None


def _guess(text: str) -> Value:
    value = _load(text) if text else text
    if isinstance(value, Scalar) or (isinstance(value, list) and _is_uniform(value)):
        return value
    raise ValueError(
        f"{shown(text)} is neither a string, bool, int, float nor a list of one of them; is type= missing?"
    )


def _is_uniform(items: list[Any]) -> bool:
    kinds = {type(item) for item in items}
    return len(kinds) <= 1 and kinds <= set(_SCALARS.values())


def _list(text: str, kind: type) -> list[Scalar]:
    value = _load(text)
    if not isinstance(value, list) or not all(type(item) is kind for item in value):
        raise ValueError(f"expected a list of {kind.__name__}, got {shown(text)}")
    return value


def _bool(text: str) -> bool:
    value = {"1": True, "0": False}.get(text, _load(text) if text else None)
    if not isinstance(value, bool):
        raise ValueError(f"expected true or false, got {shown(text)}")
    return value


def _number(kind: type) -> Callable[[str], Scalar]:
    def parse(text: str) -> Scalar:
        try:
            return kind(text)  # type: ignore[no-any-return]  # int or float
        except ValueError:
            raise ValueError(f"expected {kind.__name__}, got {shown(text)}") from None

    return parse


_PARSERS: dict[str, Callable[[str], Scalar]] = {
    "str": str, "bool": _bool, "int": _number(int), "float": _number(float)
}  # fmt: skip
