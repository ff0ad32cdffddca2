from pathlib import Path

import pytest
from signage_common.errors import EXIT_USAGE, ConfigurationError
from signage_common.home import require, signage_home


@pytest.mark.parametrize(
    ("value", "folder"), [("/srv/signage", "/srv/signage"), ("", "~/.cache/signage"), ("~/x", "~/x")]
)
def test_the_folder(monkeypatch, value, folder):
    monkeypatch.setenv("SIGNAGE_HOME", value)
    assert signage_home() == Path(folder).expanduser()


def test_what_the_set_up_made(monkeypatch, tmp_path):
    monkeypatch.setenv("SIGNAGE_HOME", str(tmp_path))
    with pytest.raises(ConfigurationError, match=r"media/ads\.yaml: not found; `\./signage setup` makes it") as error:
        require("media", "ads.yaml")
    assert error.value.exit_status == EXIT_USAGE
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "ads.yaml").touch()
    assert require("media", "ads.yaml") == tmp_path / "media" / "ads.yaml"
