"""Parameters of the node, each defined once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from signage_common.params import parameter

NONE = ("",)


@dataclass(frozen=True)
class SignageBridgeParams:
    """Parameters of signage_bridge; the items of a list may also stand in one text, separated by commas."""

    http_port: int = parameter(8080, "Port of page, media and HTTP API; 0 for any free one.", 0, 65535)
    rosbridge_port: int = parameter(9090, "Port of rosbridge over WebSocket; 0 for any free one.", 0, 65535)
    bind: str = parameter("127.0.0.1", "Address of both ports; 0.0.0.0 for every interface of the machine.")
    serve_rosbridge: bool = parameter(True, "Whether to serve rosbridge; false if rosbridge_suite does.")
    catalog: str = parameter("", "Catalogue file in YAML; empty for media/ads.yaml below $SIGNAGE_HOME.")
    media_root: str = parameter("", "Folder beside the catalogue's own in which creatives may lie; empty for none.")
    page_dir: str = parameter("", "Folder of the built page; empty for page below $SIGNAGE_HOME.")
    devices: tuple[str, ...] = parameter(NONE, "Devices to serve; empty for the one of the node's namespace.")
    screens: tuple[str, ...] = parameter(NONE, "Names of the screens that may report playback; empty for any name.")
    public_url: str = parameter(
        "", "Address under which others reach the page, such as https://sign.example behind a proxy; empty for bind."
    )
    allowed_hosts: tuple[str, ...] = parameter(
        NONE, "Names under which others reach the bridge, beside localhost, bind and the machine's own name."
    )
    allowed_origins: tuple[str, ...] = parameter(
        NONE, "Origins of web pages that may connect, beside the page's own, such as https://sign.example."
    )
    subscribe_topics: tuple[str, ...] = parameter(
        ("ad", "presence", "/diagnostics"), "Topics that clients may subscribe to; relative ones of each device."
    )
    publish_topics: tuple[str, ...] = parameter(
        ("playback",), "Topics that clients may publish; relative ones of each device."
    )
    services: tuple[str, ...] = parameter(NONE, "Services that clients may call; relative ones of each device.")
    journal: bool = parameter(
        False, "Whether a journal keeps what screens report; each report is acknowledged once it is durable there."
    )
    max_clients: int = parameter(512, "WebSocket clients at one time.", 1, 10000, is_live=True)
    max_connections: int = parameter(
        1024, "Connections to http_port at one time; the files that may be open can lower it.", 8, 10000, is_live=True
    )
    max_message_bytes: int = parameter(
        65536, "Longest WebSocket message of a client, bytes.", 1024, 16777216, is_live=True
    )
    max_queued_bytes: int = parameter(
        1000000, "Bytes that may wait for a client that reads slowly.", 1024, 1000000000, is_live=True
    )
    heartbeat_s: float = parameter(
        20.0,
        "Time between pings; a client that does not answer within half of it is gone, s.",
        1.0,
        3600.0,
        is_live=True,
    )


def items(values: Iterable[str]) -> list[str]:
    """Return the items of a list parameter: texts without spaces around them, split at commas, empty ones left out."""
    parts = (part.strip() for value in values for part in value.split(","))
    return [part for part in parts if part]
