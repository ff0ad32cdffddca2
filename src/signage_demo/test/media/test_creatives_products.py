import pytest
from signage_demo.media import creatives_products


@pytest.mark.parametrize("name", ["trainer", "perfume", "watch", "second_hand", "headphones", "coffee"])
def test_a_product_stands_on_transparent_ground(name):
    rgba = getattr(creatives_products, name)()
    assert rgba.min() >= 0 and rgba.max() <= 1.001
    assert (rgba[..., :3] <= rgba[..., 3:] + 1e-3).all(), "premultiplied"
    assert rgba[..., 3].max() > 0.99 and (rgba[..., 3] == 0).mean() > 0.1
