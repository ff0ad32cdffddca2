import pytest
from signage_bench.registry import ALL, BENCHES, chosen
from signage_common.errors import ConfigurationError


def test_all_is_every_bench():
    assert chosen(ALL) == list(BENCHES)


def test_a_bench_by_name():
    assert chosen("pipeline") == ["pipeline"]


def test_an_unknown_bench_names_those_that_exist():
    with pytest.raises(ConfigurationError, match=r"unknown bench 'pipelin'; expected one of pipeline, .*all"):
        chosen("pipelin")
