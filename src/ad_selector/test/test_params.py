from ad_selector.params import AdSelectorParams
from ad_selector.settings import Settings
from signage_common.params import specs


def test_defaults_of_parameters_and_of_settings_agree():
    assert AdSelectorParams().settings("deeplens1") == Settings("deeplens1")


def test_every_parameter_is_described_and_every_number_has_a_range():
    for name, (default, spec) in specs(AdSelectorParams).items():
        assert spec.description.endswith("."), name
        assert not isinstance(default, float) or (spec.minimum is not None and spec.maximum is not None), name
