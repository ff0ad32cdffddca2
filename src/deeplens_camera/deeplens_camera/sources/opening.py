"""Open a source by its address."""

from __future__ import annotations

from signage_common.errors import ConfigurationError

from deeplens_camera.errors import SourceError
from deeplens_camera.source_address import SourceAddress, SourceKind
from deeplens_camera.sources.awscam import AwscamSource, import_library
from deeplens_camera.sources.device import DeviceSource
from deeplens_camera.sources.photos import PhotoSource
from deeplens_camera.sources.source import Source, SourceOptions
from deeplens_camera.sources.stream import StreamSource
from deeplens_camera.sources.synthetic import SyntheticSource
from deeplens_camera.sources.video import VideoSource

_FILES = (SourceKind.VIDEO, SourceKind.PHOTOS)


def open_source(address: SourceAddress, options: SourceOptions) -> Source:
    """Open a source.

    Raises:
        SourceError: it is not there, or not now.
    """
    match address.kind:
        case SourceKind.DEVICE:
            return DeviceSource(address.place, options.fps, options.width_px, options.height_px)
        case SourceKind.VIDEO:
            return VideoSource(address.place, options.loop)
        case SourceKind.PHOTOS:
            return PhotoSource(address.place, options)
        case SourceKind.STREAM:
            return StreamSource(address.place)
        case SourceKind.SYNTHETIC:
            return SyntheticSource(options.fps, options.width_px, options.height_px)
        case SourceKind.AWSCAM:
            return AwscamSource(options)


def check_source(address: SourceAddress, options: SourceOptions) -> None:
    """Check that a file or photos can be played at all, or a library is there; a camera may come and go.

    Raises:
        ConfigurationError: it can't be.
    """
    if address.kind is SourceKind.AWSCAM:
        import_library()
    if address.kind not in _FILES:
        return
    try:
        source = open_source(address, options)
        try:
            source.advance()
        finally:
            source.close()
    except SourceError as error:
        raise ConfigurationError(f"parameter source: {address.label}: {error}") from None
