"""The real page in a real Chromium, served by the real bridge, with a probe in place of camera and selector."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from signage_common.browser import CHROMIUM_FLAGS, find_browser
from signage_common.home import signage_home
from signage_common.ros_testing import Graph, ros_graph

sys.path.insert(0, str(Path(__file__).parent))

from page_cable import Cable
from page_stage import OTHER_HOST, Bridge, Selector, Sign, write_catalogue

COUNT = itertools.count(1)


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a catalogue of plain films, one that can't be decoded, and a picture."""
    return write_catalogue(tmp_path_factory.mktemp("media"))


@pytest.fixture(scope="module")
def graph() -> Iterator[Graph]:
    with ros_graph() as each:
        yield each


@pytest.fixture(scope="module")
def bridge_process(graph: Graph, catalogue: Path) -> Iterator[Bridge]:
    each = Bridge(graph, catalogue)
    try:
        yield each
    finally:
        each.stop()


@pytest.fixture
def bridge(bridge_process: Bridge) -> Bridge:
    bridge_process.ensure()
    return bridge_process


@pytest.fixture(scope="module")
def selector_node(graph: Graph, catalogue: Path) -> Selector:
    return Selector(graph, catalogue)


@pytest.fixture
def selector(selector_node: Selector) -> Selector:
    selector_node.begin(f"lobby-{next(COUNT)}")
    return selector_node


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Start the browser once a module: playwright's loop must have ended before an asynchronous test comes."""
    program = find_browser(os.environ)
    if program is None:
        pytest.skip("no Chromium or Chrome found; install one (apt install chromium) or set SIGNAGE_BROWSER")
    from playwright.sync_api import sync_playwright

    if not (signage_home() / "page" / "index.html").exists():
        pytest.skip(f"{signage_home() / 'page'} is missing; `./signage setup` makes it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=[*CHROMIUM_FLAGS, f"--host-resolver-rules=MAP {OTHER_HOST} 127.0.0.1"]
        )
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """Give a browser profile of its own: nothing is kept from another test."""
    each = chromium.new_context(viewport={"width": 960, "height": 540}, bypass_csp="cable" in request.fixturenames)
    yield each
    each.close()


@pytest.fixture
def cable(context: Any, bridge: Bridge) -> Iterator[Cable]:
    """Let the page reach rosbridge only through a cable that can be cut."""
    each = Cable(bridge.rosbridge_port)

    def redirect(route: Any) -> None:
        route.fulfill(json={**route.fetch().json(), "rosbridge_port": each.port})

    context.route("**/config.json", redirect)
    yield each
    each.close()


@pytest.fixture
def open_sign(context: Any, bridge: Bridge, selector: Selector) -> Callable[..., Sign]:
    """Open the sign's page; takes more of the query, the host's name, a script to run before the page's own."""

    def open_page(query: str = "", host: str = "127.0.0.1", script: str = "") -> Sign:
        page = context.new_page()
        page.add_init_script(script)
        sign = Sign(page, selector)
        page.goto(f"http://{host}:{bridge.http_port}/?device=deeplens1&screen={selector.screen}{query}")
        return sign

    return open_page
