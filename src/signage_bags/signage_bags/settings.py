"""The parameters and the catalogue that a recording is decided by: its own, others, or the defaults."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ad_selector.params import AdSelectorParams
from signage_catalogue import Catalogue, catalogue_paths, load_catalogue
from signage_common.errors import ConfigurationError, shown
from signage_common.home import expand_user
from signage_common.params import ParameterSpec, check_choice, specs

SELECTOR = "ad_selector"
"""The node whose parameters they are, and under which name a bag's custom data holds them."""

_OF_THE_MACHINE = ("catalog", "media_root", "journal")


@dataclass(frozen=True)
class Settings:
    """What a recording is decided by.

    Attributes:
        params: the selector's.
        catalogue: what may be shown.
        origin: where both come from, in words.
    """

    params: AdSelectorParams
    catalogue: Catalogue
    origin: str


def settings_of(custom_data: Mapping[str, str], catalog: Path | None, media_root: Path | None) -> Settings:
    """Return what a recording is decided by: its own parameters if it has them, and a catalogue.

    Args:
        custom_data: of the bag.
        catalog: the catalogue; None for the recorded one, or the one that the set-up made if that is gone.
        media_root: another folder in which its creatives may lie; None for the recorded one.

    Raises:
        ConfigurationError: a recorded parameter has an impossible value, or there is no catalogue.
        CatalogueError: the catalogue can't be used.
    """
    recorded = recorded_params(custom_data)
    params = with_params(AdSelectorParams(), recorded)
    whose = "recorded parameters" if recorded else "default parameters, since none are recorded"
    if catalog is not None:
        path, root = catalogue_paths(str(catalog), str(media_root or params.media_root))
        return Settings(params, load_catalogue(path, root), f"catalogue {path}, {whose}")
    told = expand_user(params.catalog) if params.catalog else None
    if told is not None and told.exists():
        _, root = catalogue_paths(str(told), str(media_root or params.media_root))
        return Settings(params, load_catalogue(told, root), f"recorded catalogue {told}, {whose}")
    path, root = catalogue_paths("", str(media_root or ""))
    why = f", since the recorded {told} is not here" if told is not None else ""
    return Settings(params, load_catalogue(path, root), f"default catalogue {path}{why}, {whose}")


def recorded_params(custom_data: Mapping[str, str]) -> dict[str, Any]:
    """Return the selector's parameters in a bag's custom data; empty if it has none."""
    try:
        values = json.loads(custom_data.get(SELECTOR, "{}"))
    except ValueError:
        return {}
    return {str(name): value for name, value in values.items()} if isinstance(values, dict) else {}


def choosing_params(custom_data: Mapping[str, str]) -> dict[str, Any]:
    """Return the recorded parameters by which the selector chooses, without what is of the machine that recorded.

    Raises:
        ConfigurationError: one has an impossible value.
    """
    recorded = recorded_params(custom_data)
    params = dataclasses.asdict(with_params(AdSelectorParams(), recorded))
    return {name: value for name, value in params.items() if name in recorded and name not in _OF_THE_MACHINE}


def with_params(params: AdSelectorParams, values: Mapping[str, Any]) -> AdSelectorParams:
    """Return parameters with some others; names that are not the selector's are passed over.

    Raises:
        ConfigurationError: a value is of another type, or outside its range.
    """
    known = specs(AdSelectorParams)
    changes = {name: _checked(name, value, *known[name]) for name, value in values.items() if name in known}
    return dataclasses.replace(params, **changes)


def _checked(name: str, value: Any, default: Any, spec: ParameterSpec) -> Any:
    if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    least, most = spec.bounds
    if type(value) is not type(default) or (not isinstance(value, str) and not least <= value <= most):
        kind = type(default).__name__
        raise ConfigurationError(f"recorded parameter {name}: expected a {kind} in its range, got {shown(str(value))}")
    check_choice(name, value, spec)
    return value
