import pytest
from ad_selector.leader import Policy
from ad_selector.settings import OnStay, Settings


@pytest.mark.parametrize(("kind", "names"), [(OnStay, ["once", "next"]), (Policy, ["largest", "majority", "longest"])])
def test_names_as_parameters_write_them(kind, names):
    assert [member.value for member in kind] == names and [kind(name) for name in names] == list(kind)


def test_one_decision_for_the_largest_face_is_the_default():
    assert (Settings("x").on_stay, Settings("x").policy) == (OnStay.ONCE, Policy.LARGEST)
