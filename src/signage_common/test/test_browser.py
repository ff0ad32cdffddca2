import pytest
from signage_common.browser import find_browser


@pytest.fixture
def install(tmp_path):
    """Put an empty program into a folder; return its path."""

    def make(name, folder="bin"):
        path = tmp_path / folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
        return str(path)

    return make


def test_the_first_of_the_known_names_on_the_path(install, tmp_path):
    install("google-chrome")
    chromium = install("chromium")
    assert find_browser({"PATH": str(tmp_path / "bin")}) == chromium


@pytest.mark.parametrize("is_path", [True, False])
def test_the_chosen_one_comes_first(install, tmp_path, is_path):
    install("chromium")
    chosen = install("my-browser")
    env = {"PATH": str(tmp_path / "bin"), "SIGNAGE_BROWSER": chosen if is_path else "my-browser"}
    assert find_browser(env) == chosen


def test_the_chosen_one_is_not_replaced_by_another(install, tmp_path):
    install("chromium")
    assert find_browser({"PATH": str(tmp_path / "bin"), "SIGNAGE_BROWSER": "gone"}) is None


def test_none_at_all(tmp_path):
    assert find_browser({"PATH": str(tmp_path)}) is None


def test_only_the_environment_that_is_given_counts(install, tmp_path, monkeypatch):
    install("chromium")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert find_browser({"PATH": ""}) is None
