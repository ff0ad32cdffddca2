from collections import Counter

import pytest
from ad_selector.draw import draw
from hypothesis import given
from hypothesis import strategies as st

NAMES = st.dictionaries(st.text(min_size=1, max_size=5), st.floats(0.01, 100.0), min_size=1, max_size=6)


@given(NAMES, st.text(max_size=30), st.randoms(use_true_random=False))
def test_the_same_occasion_draws_the_same_in_any_order(weights, occasion, random):
    items = list(weights.items())
    random.shuffle(items)
    assert draw(weights, occasion) == draw(dict(items), occasion) and draw(weights, occasion) in weights


def test_shares_follow_the_weights():
    counts = Counter(draw({"a": 3.0, "b": 1.0, "c": 0.5}, f"episode {index}") for index in range(9000))
    assert counts["a"] == pytest.approx(6000, abs=200)
    assert counts["b"] == pytest.approx(2000, abs=200)
    assert counts["c"] == pytest.approx(1000, abs=150)


def test_a_draw_never_changes_between_versions():
    assert [draw({"a": 1, "b": 1, "c": 1}, str(index)) for index in range(8)] == list("bbcaaccb")
