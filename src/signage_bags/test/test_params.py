import dataclasses

import pytest
from signage_bags.params import PlayerParams, RecorderParams
from signage_common.params import specs


@pytest.mark.parametrize("params", [RecorderParams, PlayerParams])
def test_every_parameter_is_described_and_every_number_ranged(params):
    assert dataclasses.fields(params)
    for name, (default, spec) in specs(params).items():
        assert spec.description.endswith("."), name
        if isinstance(default, (int, float)) and not isinstance(default, bool):
            assert spec.minimum <= default <= spec.maximum, name
