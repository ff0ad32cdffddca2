from pathlib import Path

import pytest
from ad_selector.params import AdSelectorParams
from ad_selector.settings import Settings
from signage_common.errors import ConfigurationError
from signage_common.params import specs


def test_defaults_of_parameters_and_of_settings_agree():
    assert AdSelectorParams().settings("deeplens1") == Settings("deeplens1")


def test_every_parameter_is_described_and_every_number_has_a_range():
    for name, (default, spec) in specs(AdSelectorParams).items():
        assert spec.description.endswith("."), name
        assert not isinstance(default, float) or (spec.minimum is not None and spec.maximum is not None), name


def test_paths(tmp_path, monkeypatch):
    assert AdSelectorParams(catalog="ads.yaml").catalogue_paths() == (Path("ads.yaml"), None)
    assert AdSelectorParams(catalog="a", media_root="/m").catalogue_paths() == (Path("a"), Path("/m"))
    monkeypatch.setenv("SIGNAGE_HOME", str(tmp_path))
    with pytest.raises(ConfigurationError, match=r"`\./signage setup` makes it"):
        AdSelectorParams().catalogue_paths()
    (tmp_path / "media").mkdir()
    (tmp_path / "media/ads.yaml").touch()
    assert AdSelectorParams().catalogue_paths() == (tmp_path / "media/ads.yaml", None)
