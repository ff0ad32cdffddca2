import pytest
from signage_common.errors import ConfigurationError
from signage_demo.snapshot import require_browser


@pytest.mark.parametrize("name", ["sign.jpg", "sign", "no-such-folder/sign.png"])
def test_a_picture_goes_to_a_png_file_in_a_folder_that_exists(name, tmp_path):
    with pytest.raises(ConfigurationError, match=r"expected the name of a \.png file"):
        require_browser(tmp_path / name)


def test_without_a_browser_one_line_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("SIGNAGE_BROWSER", raising=False)
    with pytest.raises(
        ConfigurationError, match=r"^--snapshot needs Playwright and Chromium: .*apt-get install .*chromium$"
    ):
        require_browser(tmp_path / "sign.png")
