import pytest
from ad_selector.audience import Audience


@pytest.mark.parametrize(
    ("who", "watchers", "text"),
    [
        ("f25", 1, "20f, 1 watcher at deeplens1"),
        ("unknown", 3, "unknown, 3 watchers at deeplens1"),
        ("child", 1, "a child, 1 watcher at deeplens1"),
    ],
)
def test_in_words(segment, who, watchers, text):
    assert Audience("deeplens1", segment(who), watchers).describe() == text
