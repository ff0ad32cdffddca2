import contextlib
import os

import psutil
import pytest
from aiohttp import web
from signage_bench.browser import require_browser, showing
from signage_bench.errors import BenchError
from signage_common.browser import find_browser
from signage_common.errors import ConfigurationError


def test_a_browser_that_is_named_is_used(monkeypatch, tmp_path):
    program = tmp_path / "my-chrome"
    program.touch(mode=0o755)
    monkeypatch.setenv("SIGNAGE_BROWSER", str(program))
    assert require_browser() == str(program)


@pytest.mark.parametrize(
    ("named", "what"),
    [("", "no Chromium or Chrome on the PATH"), ("/nope/chrome", "SIGNAGE_BROWSER: /nope/chrome: not a")],
)
def test_without_a_browser_one_line_says_how_to_install_one(monkeypatch, tmp_path, named, what):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("SIGNAGE_BROWSER", named)
    with pytest.raises(ConfigurationError, match=what) as caught:
        require_browser()
    assert "`apt-get install -y --no-install-recommends chromium`" in str(caught.value)
    assert "SIGNAGE_BROWSER" in str(caught.value) and "\n" not in str(caught.value)


@contextlib.asynccontextmanager
async def page_server():
    """A real HTTP server that tells which browsers asked for its page."""
    asked = []

    async def handle(request):
        asked.append(request.headers["User-Agent"])
        return web.Response(text="<title>sign</title>", content_type="text/html")

    application = web.Application()
    application.router.add_get("/", handle)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/", asked
    finally:
        await runner.cleanup()


@pytest.mark.browser
async def test_a_real_browser_loads_the_page_and_nothing_is_left_of_it():
    program = find_browser(os.environ)
    if program is None:
        pytest.skip("no Chromium or Chrome; `apt-get install chromium` installs one")
    async with page_server() as (url, asked), showing(program, url) as version:
        assert f"Chrome/{version.split('.')[0]}" in asked[0]
        family = psutil.Process().children(recursive=True)
        assert any("chrom" in member.name() for member in family)
    _, alive = psutil.wait_procs(family, timeout=10)
    assert not alive


async def test_a_program_that_is_no_browser_is_one_line():
    with pytest.raises(BenchError, match=r"^/bin/false: ") as caught:
        async with showing("/bin/false", "http://127.0.0.1:1/"):
            pass
    assert "\n" not in str(caught.value)
