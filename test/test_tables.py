"""What README and THIRD_PARTY say of parameters and packages is what the code and the locks say."""

import dataclasses
import re
import sys
from pathlib import Path

import pytest
import yaml
from signage_common.params import specs

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "docs" / "tables"))

import parameters  # noqa: E402
import third_party  # noqa: E402
from markers import between, replace_between  # noqa: E402


def test_readme_lists_every_parameter():
    assert between((ROOT / "README.md").read_text(), "parameters") == parameters.tables()


@pytest.mark.parametrize(("node", "package"), parameters.NODES.items())
def test_yaml_sets_known_parameters_to_values_that_fit(node, package):
    settings = yaml.safe_load((ROOT / "launch" / "config" / "signage.yaml").read_text())
    known = specs(parameters.params_class(package))
    for name, value in settings.get(f"/**/{node}", {}).get("ros__parameters", {}).items():
        default, spec = known[name]
        assert type(value) is (list if isinstance(default, tuple) else type(default)), name
        assert spec.minimum is None or value >= spec.minimum
        assert spec.maximum is None or value <= spec.maximum
        assert not spec.choices or value in spec.choices


def test_yaml_names_only_our_nodes():
    settings = yaml.safe_load((ROOT / "launch" / "config" / "signage.yaml").read_text())
    assert set(settings) <= {f"/**/{node}" for node in parameters.NODES}


@pytest.mark.parametrize("package", parameters.NODES.values())
def test_every_parameter_is_described_and_every_number_ranged(package):
    params = parameters.params_class(package)
    assert dataclasses.fields(params)
    for name, (default, spec) in specs(params).items():
        assert spec.description.endswith("."), name
        if isinstance(default, (int, float)) and not isinstance(default, bool):
            assert spec.minimum is not None and spec.maximum is not None, name
            assert spec.minimum <= default <= spec.maximum, name


def test_third_party_lists_every_locked_package():
    page = (ROOT / "THIRD_PARTY.md").read_text()
    for lock in (ROOT / "requirements" / "locked").glob("*-py3.11.txt"):
        for name, version in re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", lock.read_text(), re.MULTILINE):
            assert f"| {name} | {version} |" in page, f"{name} {version} of {lock.name}"
    for name, version, *_ in third_party.npm_rows():
        assert f"| {name} | {version} |" in page, f"{name} {version}"


def test_markers():
    page = "a\n<!-- x -->\nold\n<!-- /x -->\nb"
    assert between(replace_between(page, "x", "new"), "x") == "new"
    with pytest.raises(ValueError, match="<!-- y -->"):
        replace_between(page, "y", "new")
