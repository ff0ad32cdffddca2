"""Parameters of a node, each defined once: default, description and range are the field of a dataclass."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from signage_common.errors import ConfigurationError, shown

LONGEST_DEVICE = 100
"""Letters of a device's name, which the names of its topics and services begin with."""
_KEY = "parameter"


@dataclass(frozen=True)
class ParameterSpec:
    """What is said about one parameter beside its default.

    Attributes:
        description: one line, with the unit if it has one.
        minimum: smallest value that is allowed, or None.
        maximum: largest value that is allowed, or None.
        choices: the values that are allowed, or empty if any is.
        is_live: whether it may be set while the node runs.
    """

    description: str
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    is_live: bool = False

    @property
    def bounds(self) -> tuple[float, float]:
        """Return the smallest and the largest value that is allowed; infinite where there is none."""
        return (
            -math.inf if self.minimum is None else self.minimum,
            math.inf if self.maximum is None else self.maximum,
        )


def parameter(
    default: Any,
    description: str,
    minimum: float | None = None,
    maximum: float | None = None,
    choices: Sequence[str] = (),
    is_live: bool = False,
) -> Any:
    """Define a field of a frozen parameter dataclass.

    A list parameter has a tuple as its default. ``minimum`` and ``maximum`` are included in the range. A live
    parameter acts at once when it is set while the node runs.
    """
    spec = ParameterSpec(description, minimum, maximum, tuple(choices), is_live)
    return dataclasses.field(default=default, metadata={_KEY: spec})


def specs(params: type) -> dict[str, tuple[Any, ParameterSpec]]:
    """Return default and specification of every parameter of a dataclass, by name."""
    return {field.name: (field.default, field.metadata[_KEY]) for field in dataclasses.fields(params)}


def check_choice(name: str, value: Any, spec: ParameterSpec) -> None:
    """Check a value against the choices of its parameter.

    Raises:
        ConfigurationError: the value is none of them.
    """
    if spec.choices and value not in spec.choices:
        raise ConfigurationError(
            f"parameter {name}: expected one of {', '.join(spec.choices)}, got {shown(str(value))}"
        )
