"""``$(equals A B)`` and ``$(not-equals A B)``: ``true`` or ``false``; booleans and numbers are compared as such."""

import math

from signage_launch.launch_xml.scope import Scope
from signage_launch.launch_xml.substitutions.substitution import Arguments, Substitution

_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def _equal(left: str, right: str) -> bool:
    if left.lower() in _BOOLEANS and right.lower() in _BOOLEANS:
        return _BOOLEANS[left.lower()] is _BOOLEANS[right.lower()]
    try:
        return math.isclose(float(left), float(right))
    except ValueError:
        return left == right


def _equals(arguments: Arguments, _: Scope) -> str:
    return "true" if _equal(arguments[0](), arguments[1]()) else "false"


def _not_equals(arguments: Arguments, _: Scope) -> str:
    return "false" if _equal(arguments[0](), arguments[1]()) else "true"


EQUALS = Substitution("equals", 2, 2, _equals)
NOT_EQUALS = Substitution("not-equals", 2, 2, _not_equals)
