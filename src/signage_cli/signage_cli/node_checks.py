"""What only a node's own package can check before the start: its catalogue, its detector, whom it lets in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from ad_selector.params import AdSelectorParams
from deeplens_camera.params import CameraParams
from deeplens_camera.source_address import PHOTO_SUFFIXES, SourceKind, parse_source
from deeplens_camera.sources.photos import list_photos
from face_inference.networks import detectors
from face_inference.networks.model_files import locate_model
from face_inference.params import FaceInferenceParams
from signage_bags.params import PlayerParams
from signage_bags.topics import find_topics
from signage_bridge.params import SignageBridgeParams
from signage_catalogue import catalogue_paths, load_catalogue
from signage_common.errors import ConfigurationError
from signage_common.params import specs
from signage_journal.params import JournalParams
from signage_launch.graph import DEFAULT_DEVICE
from signage_launch.preflight import NodeCheck

Params = TypeVar("Params")
NODE_PARAMS: Mapping[str, type] = MappingProxyType(
    {
        "camera": CameraParams,
        "face_inference": FaceInferenceParams,
        "ad_selector": AdSelectorParams,
        "signage_bridge": SignageBridgeParams,
        "journal": JournalParams,
        "player": PlayerParams,
    }
)


def check_catalogue(parameters: Mapping[str, Any]) -> None:
    """Load the catalogue that a node names.

    Raises:
        ConfigurationError: there is none, or it can't be used.
    """
    if "catalog" not in parameters:
        return
    load_catalogue(*catalogue_paths(parameters["catalog"], parameters.get("media_root") or ""))


def check_bridge(parameters: Mapping[str, Any]) -> None:
    """Check the catalogue, and whom the bridge is to let in.

    Raises:
        ConfigurationError: something that it needs is missing, or a name or address is none.
    """
    from signage_bridge.startup import read_guard, read_setup  # with the web server's libraries

    check_catalogue(parameters)
    params = params_of(SignageBridgeParams, parameters)
    read_setup(params, DEFAULT_DEVICE)
    read_guard(params, params.http_port)


def params_of(params: type[Params], parameters: Mapping[str, Any]) -> Params:
    """Return the parameters of a node, of which a launch sets some."""
    known = {name: parameters[name] for name in specs(params) if name in parameters}
    return params(**{name: tuple(value) if isinstance(value, list) else value for name, value in known.items()})


def check_journal(parameters: Mapping[str, Any]) -> None:
    """Check that the journal's database is one that it can go on with, or that there is none yet.

    Raises:
        ConfigurationError: it is somebody else's, newer or damaged, or its address is none.
    """
    from signage_journal.database import check, parse_address  # with the database's libraries

    check(parse_address(params_of(JournalParams, parameters).url))


def check_player(parameters: Mapping[str, Any]) -> None:
    """Check that there is a bag, and in it what is to be played.

    Raises:
        ConfigurationError: there is not.
    """
    from signage_bags.bag_reader import open_bag  # with the libraries that read bags
    from signage_bags.playing import begin_ns

    params = params_of(PlayerParams, parameters)
    with open_bag(params.bag) as bag:
        begin_ns(bag, params.start_offset)
        find_topics([topic for topic in params.topics if topic], [channel.topic for channel in bag.channels])


def check_source(parameters: Mapping[str, Any]) -> None:
    """Check that the camera's source is one, and that a folder or glob of photos has any.

    Raises:
        ConfigurationError: it is none, or there is no photo.
    """
    if "source" not in parameters:
        return
    source = parse_source(parameters["source"])
    if source.kind is not SourceKind.PHOTOS:
        return
    try:
        photos = list_photos(source.place)
    except OSError as error:
        raise ConfigurationError(f"parameter source: {source.shown_place}: {error.strerror}") from None
    if not photos:
        expected = ", ".join(PHOTO_SUFFIXES)
        raise ConfigurationError(f"parameter source: {source.shown_place}: no photo there; expected {expected}")


def check_networks(parameters: Mapping[str, Any]) -> None:
    """Check that the detector exists, and that the files are there which users name and the packages which it needs.

    Raises:
        ConfigurationError: something is missing.
    """
    params = params_of(FaceInferenceParams, parameters)
    detectors.check_detector(params.detector_name)
    if params.detector_name == "mxnet-ssd":
        from face_inference.networks.mxnet_ssd import find_files  # these check settings with a library
        from face_inference.networks.mxnet_ssd_settings import settings_of  # that takes 0.2 s to import

        find_files(params.model)
        settings_of(params.model_choice)
    if "age_gender_model" in parameters:
        _check_age_gender(params)


def _check_age_gender(params: FaceInferenceParams) -> None:
    folder, name = locate_model(params.models_path, params.age_gender_model)
    for suffix in ("-symbol.json", "-0000.params") if params.backend == "mxnet" else (".onnx",):
        path = folder / f"{name}{suffix}"
        if not os.path.isfile(path):  # noqa: PTH113  it answers for names that no file can have, too
            raise ConfigurationError(
                f"parameter age_gender_model: {path}: no such file; expected a network's name in the models' folder, "
                "or the PREFIX that ./signage train wrote"
            )


NODE_CHECKS: Mapping[str, NodeCheck] = MappingProxyType(
    {
        "camera": check_source,
        "face_inference": check_networks,
        "ad_selector": check_catalogue,
        "signage_bridge": check_bridge,
        "journal": check_journal,
        "player": check_player,
    }
)
