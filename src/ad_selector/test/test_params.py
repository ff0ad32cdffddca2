import pytest
from ad_selector.params import AdSelectorParams, OnStay
from ad_selector.watchers import Policy
from signage_common.params import specs


def test_every_parameter_is_described_and_every_number_has_a_range():
    for name, (default, spec) in specs(AdSelectorParams).items():
        assert spec.description.endswith("."), name
        assert not isinstance(default, float) or (spec.minimum is not None and spec.maximum is not None), name


@pytest.mark.fault
def test_all_but_the_paths_of_the_catalogue_and_the_journal_are_live():
    fixed = {name for name, (_, spec) in specs(AdSelectorParams).items() if not spec.is_live}
    assert fixed == {"catalog", "media_root", "journal"}


@pytest.mark.parametrize(("kind", "names"), [(OnStay, ["once", "next"]), (Policy, ["largest", "majority", "longest"])])
def test_names_as_parameters_write_them(kind, names):
    assert [member.value for member in kind] == names and [kind(name) for name in names] == list(kind)


def test_one_decision_for_the_largest_face_is_the_default():
    params = AdSelectorParams()
    assert (OnStay(params.on_stay), Policy(params.policy)) == (OnStay.ONCE, Policy.LARGEST)
