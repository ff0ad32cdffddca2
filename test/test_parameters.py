"""Every parameter is described, ranged and on its page, and the settings that come with the workspace fit."""

import dataclasses
import sys
from pathlib import Path

import pytest
import yaml
from signage_common.params import specs

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "docs" / "generators"))

import parameters  # noqa: E402


@pytest.mark.parametrize(("node", "package"), parameters.NODES.items())
def test_the_page_lists_every_parameter(node, package):
    page = (ROOT / "docs" / "parameters.md").read_text()
    section = page.split(f"## `{node}` ")[1].split("\n## ")[0]
    for name, (_, spec) in specs(parameters.params_class(package)).items():
        mark = " **live**" if spec.is_live else ""
        begin = f"| `{name}`{mark} |"
        assert any(line.startswith(begin) and spec.description in line for line in section.splitlines()), name


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
