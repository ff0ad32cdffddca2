"""What only a node's own package can check before the start: its catalogue, its detector."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from signage_catalogue import catalogue_paths, load_catalogue
from signage_launch.preflight import NodeCheck


def check_catalogue(parameters: Mapping[str, Any]) -> None:
    """Load the catalogue that a node names.

    Raises:
        ConfigurationError: there is none, or it can't be used.
    """
    if "catalog" not in parameters:
        return
    load_catalogue(*catalogue_paths(parameters["catalog"], parameters.get("media_root") or ""))


def check_detector(parameters: Mapping[str, Any]) -> None:
    """Check that the detector exists and that what it needs is installed.

    Raises:
        ConfigurationError: it does not, or its packages are missing.
    """
    if parameters.get("detector"):
        from face_inference.networks import detectors  # 40 MB that the launcher need not carry

        detectors.check_detector(str(parameters["detector"]))


NODE_CHECKS: Mapping[str, NodeCheck] = MappingProxyType(
    {"ad_selector": check_catalogue, "signage_bridge": check_catalogue, "face_inference": check_detector}
)
