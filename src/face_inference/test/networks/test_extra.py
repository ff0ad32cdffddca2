import sys
import warnings

import pytest
from face_inference.networks.extra import find_package, import_package
from signage_common.errors import ConfigurationError


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Make a package ``an_extra`` with some code; return its folder."""

    def make(code):
        (tmp_path / "an_extra").mkdir()
        (tmp_path / "an_extra" / "__init__.py").write_text(code)
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.delitem(sys.modules, "an_extra", raising=False)
        return tmp_path / "an_extra"

    return make


def test_a_package_is_found_without_being_imported(package):
    folder = package("raise SystemExit")
    assert find_package("an_extra", "some") == folder


def test_its_warnings_are_not_ours(package):
    package("import warnings\nwarnings.warn('old')\nANSWER = 42")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert import_package("an_extra", "some").ANSWER == 42


@pytest.mark.parametrize("ask", [find_package, import_package])
def test_a_missing_one_names_the_command_that_installs_it(ask):
    with pytest.raises(
        ConfigurationError, match=r"detector some: .* no_such is not installed; `\./signage setup detec"
    ):
        ask("no_such", "some")


def test_a_broken_one_says_so(package):
    package("import no_such_library")
    with pytest.raises(ConfigurationError, match=r"an_extra can't be imported \(No module named 'no_such_library'\)"):
        import_package("an_extra", "some")
