"""What the handlers of the HTTP port need."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web
from signage_catalogue.serving import LiveCatalogue

from signage_bridge.guard import Guard

ChooseAd = Callable[[str, str], Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True)
class HttpContext:
    """What the handlers need.

    Attributes:
        guard: who may send requests.
        keeper: the catalogue of this moment.
        page_dir: folder of the built page.
        rosbridge_port: where the page finds rosbridge.
        devices: the devices that are served, the bridge's own first.
        screens: names of the screens; empty if any name will do.
        report_health: gives the state of the whole; the first value tells whether all is well.
        choose_ad: asks which advertisement suits an estimation in front of a device; gives the fields of the answer
            and raises OperationError if nobody answers.
    """

    guard: Guard
    keeper: LiveCatalogue
    page_dir: Path
    rosbridge_port: int
    devices: Sequence[str]
    screens: Sequence[str]
    report_health: Callable[[], tuple[bool, Mapping[str, Any]]]
    choose_ad: ChooseAd


CONTEXT = web.AppKey("context", HttpContext)


def problem(status: int, text: str) -> web.Response:
    """Return an error as JSON with one line that says what was expected."""
    return web.json_response({"error": text}, status=status)
