import os
from pathlib import Path

import pytest
from signage_common.errors import EXIT_USAGE, ConfigurationError
from signage_common.home import expand_user, require, signage_home


@pytest.mark.parametrize(
    ("value", "folder"), [("/srv/signage", "/srv/signage"), ("", "~/.cache/signage"), ("~/x", "~/x")]
)
def test_the_folder(monkeypatch, value, folder):
    monkeypatch.setenv("SIGNAGE_HOME", value)
    assert signage_home() == Path(folder).expanduser()


@pytest.mark.fault
def test_a_home_of_a_user_who_is_not_there_is_one_line(monkeypatch):
    monkeypatch.setenv("SIGNAGE_HOME", "~no-such-user/signs")
    with pytest.raises(ConfigurationError, match=r"^~no-such-user/signs: no such home folder; SIGNAGE_HOME names"):
        signage_home()


@pytest.mark.fault
def test_a_path_in_the_home_folder_of_nobody_is_one_line():
    assert expand_user("~/x") == Path("~/x").expanduser() and expand_user("a/~b") == Path("a/~b")
    with pytest.raises(ConfigurationError, match=r"^~no-such-user/x: no such home folder$"):
        expand_user("~no-such-user/x")


@pytest.mark.fault
@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become a user without a name")
def test_a_user_without_name_and_home_is_told_what_to_set(monkeypatch):
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.delenv("SIGNAGE_HOME", raising=False)
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.setuid(54_321)
        try:
            signage_home()
        except ConfigurationError as error:
            os.write(theirs, str(error).encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(ours, 200) == b"~/.cache/signage: no such home folder; SIGNAGE_HOME names another place"
    os.close(ours)
    os.close(theirs)


def test_what_the_set_up_made(monkeypatch, tmp_path):
    monkeypatch.setenv("SIGNAGE_HOME", str(tmp_path))
    with pytest.raises(ConfigurationError, match=r"media/ads\.yaml: not found; `\./signage setup` makes it") as error:
        require("media", "ads.yaml")
    assert error.value.exit_status == EXIT_USAGE
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "ads.yaml").touch()
    assert require("media", "ads.yaml") == tmp_path / "media" / "ads.yaml"
