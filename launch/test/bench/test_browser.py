import pytest
from signage_bringup.bench.browser import require_browser
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
