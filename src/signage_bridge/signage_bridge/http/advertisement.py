"""``POST /gom/v1/svc/advertisement``: the paper's API, answered by the selector."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web
from signage_common.demographics import parse_estimation

from signage_bridge.errors import OperationError
from signage_bridge.http.context import CONTEXT, problem
from signage_bridge.rosbridge.json_input import read_object

MAX_BYTES = 4096
MAX_NESTING = 4
FORM = "application/x-www-form-urlencoded"


async def handle(request: web.Request) -> web.Response:
    """Answer ``{"estimation": "20f", "devices": "deeplens1"}`` with the advertisement that suits."""
    context = request.app[CONTEXT]
    try:
        estimation, device = read_question(await _fields(request), context.devices)
    except ValueError as error:
        return problem(400, str(error))
    try:
        response = await context.choose_ad(estimation, device)
    except OperationError as error:
        return problem(503, str(error))
    if not response["success"]:
        return problem(400, str(response["message"]))
    return web.json_response(response["selection"])


def read_question(fields: Mapping[str, object], devices: object) -> tuple[str, str]:
    """Return estimation and device of a question.

    Raises:
        ValueError: a field is missing or wrong.
    """
    estimation, device = fields.get("estimation"), fields.get("devices")
    if not isinstance(estimation, str) or not estimation:
        raise ValueError("estimation: expected such as 20f, or unknown")
    parse_estimation(estimation)
    if not isinstance(device, str) or not isinstance(devices, (list, tuple)) or device not in devices:
        raise ValueError("devices: expected the name of a device of this bridge")
    return estimation, device


async def _fields(request: web.Request) -> Mapping[str, object]:
    if request.content_type == FORM:
        return {name: str(value) for name, value in (await request.post()).items()}
    try:
        return read_object(await request.read(), MAX_BYTES, MAX_NESTING)
    except OperationError as error:
        raise ValueError(str(error)) from None
